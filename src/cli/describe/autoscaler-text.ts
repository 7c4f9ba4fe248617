import { canonicalQuantity } from "../../api/quantity.ts";
import type {
  HorizontalPodAutoscaler,
  HPAScalingRules,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from "../../api/types/autoscaling-v2.ts";
import type { Event } from "../../api/types/core-v1.ts";
import { DescribeText } from "./describe-text.ts";
import { eventsSection } from "./events-text.ts";
import { annotations, labelLines, timeText } from "./values.ts";

export function autoscalerText(
  { metadata, spec, status }: HorizontalPodAutoscaler,
  events: readonly Event[] | undefined,
  now: number,
): string {
  const out = new DescribeText();
  out.line(0, "Name:", metadata.name ?? "");
  out.line(0, "Namespace:", metadata.namespace ?? "");
  out.multiline(0, "Labels:", labelLines(metadata.labels));
  annotations(out, 0, "Annotations", metadata.annotations);
  out.line(0, "CreationTimestamp:", timeText(metadata.creationTimestamp));
  out.line(0, "Reference:", `${spec?.scaleTargetRef.kind ?? ""}/${spec?.scaleTargetRef.name ?? ""}`);
  out.line(0, "Metrics:", "( current / target )");
  for (const [index, metric] of (spec?.metrics ?? []).entries())
    out.line(1, ...metricCells(metric, status?.currentMetrics?.[index]));
  out.line(0, "Min replicas:", spec?.minReplicas ?? "<unset>");
  out.line(0, "Max replicas:", spec?.maxReplicas ?? 0);
  if (spec?.behavior) {
    out.line(0, "Behavior:");
    behaviorLines(out, "Scale Up", spec.behavior.scaleUp);
    behaviorLines(out, "Scale Down", spec.behavior.scaleDown);
  }
  const replicas = `${status?.currentReplicas ?? 0} current / ${status?.desiredReplicas ?? 0} desired`;
  out.line(0, `${spec?.scaleTargetRef.kind ?? ""} pods:`, replicas);
  const conditions = status?.conditions ?? [];
  if (conditions.length > 0) {
    out.line(0, "Conditions:");
    out.line(1, "Type", "Status", "Reason", "Message");
    out.line(1, "----", "------", "------", "-------");
  }
  for (const { type, status: value, reason = "", message = "" } of conditions)
    out.line(1, type, value, reason, message);
  eventsSection(out, events, now);
  return out.toString();
}

/** A title, and what is measured against what is wanted. */
function metricCells(metric: MetricSpec, current: MetricStatus | undefined): readonly [string, string] {
  const { external, pods, object, resource, containerResource } = metric;
  if (external) {
    const name = JSON.stringify(external.metric.name);
    return external.target.averageValue !== undefined
      ? [`${name} (target average value):`, values("averageValue", current?.external?.current, external.target)]
      : [`${name} (target value):`, values("value", current?.external?.current, external.target)];
  }
  if (pods)
    return [
      `${JSON.stringify(pods.metric.name)} on pods:`,
      values("averageValue", current?.pods?.current, pods.target),
    ];
  if (object) {
    const title = `${JSON.stringify(object.metric.name)} on ${object.describedObject.kind}/${object.describedObject.name}`;
    return object.target.type === "AverageValue"
      ? [`${title} (target average value):`, values("averageValue", current?.object?.current, object.target)]
      : [`${title} (target value):`, values("value", current?.object?.current, object.target)];
  }
  if (resource) return usageCells(`resource ${resource.name} on pods`, current?.resource?.current, resource.target);
  if (containerResource)
    return usageCells(
      `resource ${containerResource.name} of container ${JSON.stringify(containerResource.container)} on pods`,
      current?.containerResource?.current,
      containerResource.target,
    );
  return [`<unknown metric type ${JSON.stringify(metric.type)}>`, ""];
}

function values(key: "value" | "averageValue", current: MetricValueStatus | undefined, target: MetricTarget): string {
  const shown = current?.[key];
  const wanted = canonicalQuantity(target[key] ?? "0");
  return `${shown === undefined ? "<unknown>" : canonicalQuantity(shown)} / ${wanted}`;
}

function usageCells(
  title: string,
  current: MetricValueStatus | undefined,
  target: MetricTarget,
): readonly [string, string] {
  if (target.averageValue !== undefined) return [`${title}:`, values("averageValue", current, target)];
  const used =
    current?.averageUtilization === undefined
      ? "<unknown>"
      : `${current.averageUtilization}% (${canonicalQuantity(current.averageValue ?? "0")})`;
  const wanted = target.averageUtilization === undefined ? "<auto>" : `${target.averageUtilization}%`;
  return [`${title}  (as a percentage of request):`, `${used} / ${wanted}`];
}

function behaviorLines(out: DescribeText, direction: string, rules: HPAScalingRules | undefined): void {
  if (!rules) return;
  out.line(1, `${direction}:`);
  if (rules.stabilizationWindowSeconds !== undefined)
    out.line(2, `Stabilization Window: ${rules.stabilizationWindowSeconds} seconds`);
  const policies = rules.policies ?? [];
  if (policies.length === 0) return;
  out.line(2, `Select Policy: ${rules.selectPolicy ?? "Max"}`);
  out.line(2, "Policies:");
  for (const { type, value, periodSeconds } of policies)
    out.line(3, `- Type: ${type}`, `Value: ${value}`, `Period: ${periodSeconds} seconds`);
}
