import type { Event } from "../../api/types/core-v1.ts";
import type { PodDisruptionBudget } from "../../api/types/policy-v1.ts";
import type { PriorityClass } from "../../api/types/scheduling-v1.ts";
import { DescribeText } from "./describe-text.ts";
import { eventsSection } from "./events-text.ts";
import { labelText, selectorText } from "./values.ts";

export function disruptionBudgetText(
  { metadata, spec, status }: PodDisruptionBudget,
  events: readonly Event[] | undefined,
  now: number,
): string {
  const out = new DescribeText();
  out.line(0, "Name:", metadata.name ?? "");
  out.line(0, "Namespace:", metadata.namespace ?? "");
  if (spec?.minAvailable !== undefined) out.line(0, "Min available:", spec.minAvailable);
  else if (spec?.maxUnavailable !== undefined) out.line(0, "Max unavailable:", spec.maxUnavailable);
  out.line(0, "Selector:", spec?.selector ? selectorText(spec.selector) : "<unset>");
  out.line(0, "Status:");
  out.line(2, "Allowed disruptions:", status?.disruptionsAllowed ?? 0);
  out.line(2, "Current:", status?.currentHealthy ?? 0);
  out.line(2, "Desired:", status?.desiredHealthy ?? 0);
  out.line(2, "Total:", status?.expectedPods ?? 0);
  eventsSection(out, events, now);
  return out.toString();
}

export function priorityClassText(priority: PriorityClass, events: readonly Event[] | undefined, now: number): string {
  const { metadata, value = 0, globalDefault = false, preemptionPolicy = "", description = "" } = priority;
  const out = new DescribeText();
  out.line(0, "Name:", metadata.name ?? "");
  out.line(0, "Value:", value);
  out.line(0, "GlobalDefault:", globalDefault);
  out.line(0, "PreemptionPolicy:", preemptionPolicy);
  out.line(0, "Description:", description);
  out.line(0, "Annotations:", labelText(metadata.annotations));
  eventsSection(out, events, now);
  return out.toString();
}
