import type { PodCondition, PodStatus } from "../api/types/core-v1.ts";

/** Sets a condition of a pod; the time of its last transition moves only when its status does. */
export function setPodCondition(
  status: PodStatus,
  condition: Pick<PodCondition, "type" | "status" | "reason" | "message">,
  now: string,
): void {
  const conditions = status.conditions ?? [];
  const previous = conditions.find(({ type }) => type === condition.type);
  const lastTransitionTime = previous?.status === condition.status ? previous.lastTransitionTime : now;
  const next: PodCondition = { ...condition, lastTransitionTime };
  status.conditions = previous ? conditions.map((each) => (each === previous ? next : each)) : [...conditions, next];
}
