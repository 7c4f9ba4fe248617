import type { MetricSpec, MetricStatus, MetricTarget, MetricValueStatus } from "../../types/autoscaling-v2.ts";

/** `cpu: 12%/80%, 3/5 (avg) + 1 more...`: what is measured and what is wanted, of the first two metrics. */
export function metricsText(specs: readonly MetricSpec[] = [], statuses: readonly MetricStatus[] = []): string {
  if (specs.length === 0) return "<none>";
  const texts = specs.slice(0, 2).map((spec, index) => metricText(spec, statuses[index]));
  const list = texts.join(", ");
  return specs.length > 2 ? `${list} + ${specs.length - 2} more...` : list;
}

function metricText(spec: MetricSpec, status: MetricStatus | undefined): string {
  switch (spec.type) {
    case "External":
      return valueText(spec.external?.target, status?.external?.current);
    case "Object":
      return valueText(spec.object?.target, status?.object?.current);
    case "Pods":
      return `${status?.pods ? quantity(status.pods.current.averageValue) : "<unknown>"}/${quantity(spec.pods?.target.averageValue)}`;
    case "Resource":
      return `${spec.resource?.name}: ${utilizationText(spec.resource?.target, status?.resource?.current)}`;
    case "ContainerResource":
      return `${spec.containerResource?.name}: ${utilizationText(spec.containerResource?.target, status?.containerResource?.current)}`;
    default:
      return "<unknown type>";
  }
}

function valueText(target: MetricTarget | undefined, current: MetricValueStatus | undefined): string {
  if (target?.averageValue !== undefined) return `${current?.averageValue ?? "<unknown>"}/${target.averageValue} (avg)`;
  return `${current ? quantity(current.value) : "<unknown>"}/${quantity(target?.value)}`;
}

function utilizationText(target: MetricTarget | undefined, current: MetricValueStatus | undefined): string {
  if (target?.averageValue !== undefined) {
    return `${current ? quantity(current.averageValue) : "<unknown>"}/${target.averageValue}`;
  }
  return `${percentage(current?.averageUtilization, "<unknown>")}/${percentage(target?.averageUtilization, "<auto>")}`;
}

const percentage = (value: number | undefined, otherwise: string): string =>
  value === undefined ? otherwise : `${value}%`;

/** Go prints an absent quantity like this. */
const quantity = (value: string | number | undefined): string => String(value ?? "<nil>");
