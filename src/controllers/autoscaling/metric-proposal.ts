import { formatQuantity, milliQuantity, parseQuantity, quantityMilliValue } from "../../api/quantity.ts";
import type { Scale } from "../../api/types/autoscaling-v1.ts";
import type {
  HorizontalPodAutoscaler,
  MetricIdentifier,
  MetricSpec,
  MetricStatus,
  MetricTarget,
  MetricValueStatus,
} from "../../api/types/autoscaling-v2.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { Reading } from "./readings.ts";
import {
  byAverage,
  byShare,
  byUtilization,
  byValue,
  type Calculated,
  type ScaledPods,
  type Tolerances,
} from "./replica-calculation.ts";

/** What one metric comes to. */
export type MetricProposal = ValidProposal | FailedProposal;

export interface ValidProposal {
  readonly replicas: number;
  readonly metric: string;
  readonly status: MetricStatus;
}

export interface FailedProposal {
  /** Of the event and the condition. */
  readonly reason: string;
  readonly message: string;
  /** As the summary of all metrics has it. */
  readonly problem: string;
}

export const hasFailed = (proposal: MetricProposal): proposal is FailedProposal => "problem" in proposal;

const DEFAULT_TOLERANCE = 0.1;

export function metricProposal(
  { autoscaler, pods }: { readonly autoscaler: HorizontalPodAutoscaler; readonly pods: readonly Pod[] },
  spec: MetricSpec,
  reading: Reading | undefined,
  scale: Scale,
  nowMs: number,
): MetricProposal {
  const tolerances = tolerancesOf(autoscaler);
  const currentReplicas = scale.spec?.replicas ?? 0;
  const scaled: ScaledPods = { pods, currentReplicas, tolerances, nowMs };
  const read = reading ?? { kind: "failed", problem: "nothing was read" };
  switch (spec.type) {
    case "Resource":
      return resourceProposal(spec, read, scaled);
    case "ContainerResource":
      return containerResourceProposal(spec, read, scaled);
    case "Pods":
      return podsProposal(spec, read, scaled);
    case "Object":
      return objectProposal(spec, read, scaled, scale);
    case "External":
      return externalProposal(spec, read, scaled, scale);
    default: {
      const message = `unknown metric source type ${JSON.stringify(spec.type)}`;
      return { reason: "InvalidMetricSourceType", message, problem: message };
    }
  }
}

function tolerancesOf({ spec }: HorizontalPodAutoscaler): Tolerances {
  const { scaleDown, scaleUp } = spec?.behavior ?? {};
  const toleranceOf = (tolerance: string | number | undefined): number =>
    tolerance === undefined ? DEFAULT_TOLERANCE : Number(quantityMilliValue(parseQuantity(tolerance))) / 1000;
  return { down: toleranceOf(scaleDown?.tolerance), up: toleranceOf(scaleUp?.tolerance) };
}

function resourceProposal({ resource }: MetricSpec, reading: Reading, scaled: ScaledPods): MetricProposal {
  const { name = "", target } = resource ?? {};
  const result = resourceUsage({ name, target, container: "" }, reading, scaled);
  if ("problem" in result) {
    const problem = `failed to get ${name} resource metric value: ${result.problem}`;
    return { reason: "FailedGetResourceMetric", message: result.problem, problem };
  }
  const metric = isByValue(target) ? `${name} resource` : `${name} resource utilization (percentage of request)`;
  const { replicas, current } = result;
  return { replicas, metric, status: { type: "Resource", resource: { name, current } } };
}

function containerResourceProposal(
  { containerResource }: MetricSpec,
  reading: Reading,
  scaled: ScaledPods,
): MetricProposal {
  const { name = "", container = "", target } = containerResource ?? {};
  const result = resourceUsage({ name, target, container }, reading, scaled);
  if ("problem" in result) {
    const problem = `failed to get ${container} container metric value: ${result.problem}`;
    return { reason: "FailedGetContainerResourceMetric", message: result.problem, problem };
  }
  const metric = isByValue(target)
    ? `${name} resource`
    : `${name} container resource utilization (percentage of request)`;
  const { replicas, current } = result;
  const status: MetricStatus = { type: "ContainerResource", containerResource: { name, container, current } };
  return { replicas, metric, status };
}

const isByValue = (target: MetricTarget | undefined): boolean => target?.averageValue !== undefined;

function resourceUsage(
  wanted: { readonly name: string; readonly target: MetricTarget | undefined; readonly container: string },
  reading: Reading,
  scaled: ScaledPods,
): { readonly replicas: number; readonly current: MetricValueStatus } | { readonly problem: string } {
  const { name, target, container } = wanted;
  const what = isByValue(target) ? "usage" : "utilization";
  const failed = (problem: string): { problem: string } => ({ problem: `failed to get ${name} ${what}: ${problem}` });
  if (reading.kind !== "pods") {
    const problem = reading.kind === "failed" ? reading.problem : "no metrics of pods";
    return failed(`unable to get metrics for resource ${name}: ${problem}`);
  }
  const calculated = isByValue(target)
    ? byAverage(reading.byPod, milli(target?.averageValue), name, scaled)
    : byUtilization(reading.byPod, { percent: target?.averageUtilization ?? 0, resource: name, container }, scaled);
  if ("problem" in calculated) return failed(calculated.problem);
  const format = name === "memory" ? "BinarySI" : "DecimalSI";
  const averageValue = formatQuantity(milliQuantity(calculated.milliUsage, format));
  const { replicas, utilization: averageUtilization } = calculated;
  const current = averageUtilization === undefined ? { averageValue } : { averageUtilization, averageValue };
  return { replicas, current };
}

function podsProposal({ pods }: MetricSpec, reading: Reading, scaled: ScaledPods): MetricProposal {
  const { name = "" } = pods?.metric ?? {};
  const calculated: Calculated =
    reading.kind === "pods"
      ? byAverage(reading.byPod, milli(pods?.target.averageValue), "", scaled)
      : { problem: `unable to get metric ${name}: ${reading.kind === "failed" ? reading.problem : ""}` };
  if ("problem" in calculated) {
    const problem = `failed to get pods metric value: ${calculated.problem}`;
    return { reason: "FailedGetPodsMetric", message: calculated.problem, problem };
  }
  const current = { averageValue: decimal(calculated.milliUsage) };
  const status: MetricStatus = { type: "Pods", pods: { metric: identity(pods?.metric), current } };
  return { replicas: calculated.replicas, metric: `pods metric ${name}`, status };
}

function objectProposal({ object }: MetricSpec, reading: Reading, scaled: ScaledPods, scale: Scale): MetricProposal {
  const { name = "" } = object?.metric ?? {};
  const described = object?.describedObject ?? { kind: "", name: "" };
  const { target } = object ?? {};
  const isShared = target?.value === undefined;
  const calculated = valueUsage(reading, target, scaled, scale);
  if ("problem" in calculated) {
    const where = `unable to get metric ${name}: ${described.kind} on ${described.name}`;
    const message = reading.kind === "failed" ? `${where}/${calculated.problem}` : calculated.problem;
    const told = isShared ? `failed to get ${name} object metric: ${message}` : message;
    return {
      reason: "FailedGetObjectMetric",
      message,
      problem: `failed to get object metric value: ${told}`,
    };
  }
  const usage = decimal(calculated.milliUsage);
  const current = isShared ? { averageValue: usage } : { value: usage };
  const status: MetricStatus = {
    type: "Object",
    object: { describedObject: described, metric: identity(object?.metric), current },
  };
  const metric = isShared ? externalText(object?.metric) : `${described.kind} metric ${name}`;
  return { replicas: calculated.replicas, metric, status };
}

function externalProposal(
  { external }: MetricSpec,
  reading: Reading,
  scaled: ScaledPods,
  scale: Scale,
): MetricProposal {
  const { name = "" } = external?.metric ?? {};
  const { target } = external ?? {};
  const isShared = target?.averageValue !== undefined;
  const calculated = valueUsage(reading, target, scaled, scale);
  if ("problem" in calculated) {
    const message = calculated.problem;
    const told = isShared
      ? `failed to get ${name} external metric: ${message}`
      : `failed to get external metric ${name}: ${message}`;
    return {
      reason: "FailedGetExternalMetric",
      message,
      problem: `failed to get ${name} external metric value: ${told}`,
    };
  }
  const usage = decimal(calculated.milliUsage);
  const current = isShared ? { averageValue: usage } : { value: usage };
  const status: MetricStatus = { type: "External", external: { metric: identity(external?.metric), current } };
  return { replicas: calculated.replicas, metric: externalText(external?.metric), status };
}

function valueUsage(reading: Reading, target: MetricTarget | undefined, scaled: ScaledPods, scale: Scale): Calculated {
  if (reading.kind !== "value") return { problem: reading.kind === "failed" ? reading.problem : "no single value" };
  return target?.averageValue === undefined
    ? byValue(reading.milliValue, milli(target?.value), scaled)
    : byShare(reading.milliValue, milli(target.averageValue), scale.status?.replicas ?? 0, scaled.tolerances);
}

const milli = (quantity: string | number | undefined): number =>
  quantity === undefined ? 0 : Number(quantityMilliValue(parseQuantity(quantity)));

const decimal = (milliValue: number): string => formatQuantity(milliQuantity(milliValue, "DecimalSI"));

function identity(metric: MetricIdentifier | undefined): MetricIdentifier {
  const { name = "", selector } = metric ?? {};
  return selector ? { name, selector } : { name };
}

/** Upstream prints the selector as Go prints a pointer to one. */
const externalText = (metric: MetricIdentifier | undefined): string =>
  `external metric ${metric?.name ?? ""}(${metric?.selector ? JSON.stringify(metric.selector) : "nil"})`;
