import type {
  CustomResourceDefinition,
  CustomResourceDefinitionCondition,
  CustomResourceDefinitionStatus,
} from "../../api/types/apiextensions-v1.ts";
import { timestamp } from "../../lib/time/clock.ts";

type NewCondition = Omit<CustomResourceDefinitionCondition, "lastTransitionTime">;

export const isTrue = ({ status }: CustomResourceDefinition, type: string): boolean =>
  status?.conditions?.some((condition) => condition.type === type && condition.status === "True") ?? false;

/** The conditions with one of them set; when it last turned over is kept while its status stays. */
export function withCondition(
  conditions: readonly CustomResourceDefinitionCondition[],
  condition: NewCondition,
  now: number,
): CustomResourceDefinitionCondition[] {
  const old = conditions.find(({ type }) => type === condition.type);
  const isSame = old?.status === condition.status && old.lastTransitionTime !== undefined;
  const next = { ...old, ...condition, lastTransitionTime: isSame ? old.lastTransitionTime : timestamp(now) };
  return old ? conditions.map((each) => (each === old ? next : each)) : [...conditions, next];
}

/** A status without a condition, or with it. */
export function statusWith(
  status: CustomResourceDefinitionStatus | undefined,
  condition: NewCondition,
  now: number,
): CustomResourceDefinitionStatus {
  return { ...status, conditions: withCondition(status?.conditions ?? [], condition, now) };
}
