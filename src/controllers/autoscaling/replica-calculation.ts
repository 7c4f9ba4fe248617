import { isPodReady, podCondition } from "../../api/pod-readiness.ts";
import { podRequests } from "../../api/pod-resources.ts";
import { parseQuantity, quantityMilliValue } from "../../api/quantity.ts";
import type { Container, Pod } from "../../api/types/core-v1.ts";
import type { PodReading } from "./readings.ts";

/** How many replicas a metric asks for: pkg/controller/podautoscaler/replica_calculator.go. */
export type Calculated =
  | {
      readonly replicas: number;
      readonly milliUsage: number;
      /** Percent of what is requested. */
      readonly utilization?: number;
    }
  | { readonly problem: string };

export interface Tolerances {
  readonly down: number;
  readonly up: number;
}

/** The pods that are scaled, and now. */
export interface ScaledPods {
  readonly pods: readonly Pod[];
  readonly currentReplicas: number;
  readonly tolerances: Tolerances;
  readonly nowMs: number;
}

type Readings = Readonly<Record<string, PodReading>>;

/** So long after its start the cpu usage of a pod says little about its share of the work. */
const CPU_INITIALIZATION_MS = 5 * 60_000;
/** A pod that was never ready since it started by so much is not ready yet. */
const INITIAL_READINESS_MS = 30_000;

const NO_PODS = { problem: "no pods returned by selector while calculating replica count" };

/** From the share of what pods request that they use. */
export function byUtilization(
  readings: Readings,
  target: { readonly percent: number; readonly resource: string; readonly container: string },
  scaled: ScaledPods,
): Calculated {
  const { percent, resource, container } = target;
  if (scaled.pods.length === 0) return NO_PODS;
  const groups = grouped(scaled.pods, readings, resource, scaled.nowMs);
  if (groups.measured.size === 0) return UNREADY;
  const requests = new Map<string, number>();
  for (const pod of scaled.pods) {
    const requested = milliRequest(pod, resource, container);
    if (typeof requested === "string") return { problem: requested };
    requests.set(pod.metadata.name ?? "", requested);
  }
  const utilizationOf = (usage: ReadonlyMap<string, number>) => {
    const known = [...usage].filter(([name]) => requests.has(name));
    const used = sum(known.map(([, milliValue]) => milliValue));
    const requested = sum(known.map(([name]) => requests.get(name) ?? 0));
    return { used, requested, count: known.length, utilization: Math.trunc((used * 100) / requested) };
  };
  const now = utilizationOf(groups.measured);
  if (now.requested === 0) return { problem: "no metrics returned matched known pods" };
  const replicas = wanted(groups, scaled, {
    ratioOf: (usage) => utilizationOf(usage).utilization / percent,
    // A pod that says nothing is taken to use all that it may, when pods would be taken away.
    assumed: (name) => ((requests.get(name) ?? 0) * Math.max(100, percent)) / 100,
  });
  return { replicas, milliUsage: Math.trunc(now.used / now.count), utilization: now.utilization };
}

/** From the average over pods. */
export function byAverage(readings: Readings, milliTarget: number, resource: string, scaled: ScaledPods): Calculated {
  if (scaled.pods.length === 0) return NO_PODS;
  const groups = grouped(scaled.pods, readings, resource, scaled.nowMs);
  if (groups.measured.size === 0) return UNREADY;
  const averageOf = (usage: ReadonlyMap<string, number>): number => Math.trunc(sum([...usage.values()]) / usage.size);
  const replicas = wanted(groups, scaled, {
    ratioOf: (usage) => averageOf(usage) / milliTarget,
    assumed: () => milliTarget,
  });
  return { replicas, milliUsage: averageOf(groups.measured) };
}

/** From one value that should stay what it is, however many replicas there are. */
export function byValue(milliValue: number, milliTarget: number, scaled: ScaledPods): Calculated {
  const { pods, currentReplicas, tolerances } = scaled;
  const ratio = milliValue / milliTarget;
  if (currentReplicas === 0) return { replicas: Math.ceil(ratio), milliUsage: milliValue };
  if (isWithin(ratio, tolerances)) return { replicas: currentReplicas, milliUsage: milliValue };
  if (pods.length === 0) return { problem: `unable to calculate ready pods: ${NO_PODS.problem}` };
  const ready = pods.filter((pod) => pod.status?.phase === "Running" && isPodReady(pod)).length;
  return { replicas: atMost32Bit(Math.ceil(ratio * ready)), milliUsage: milliValue };
}

/** From one value that is shared by all replicas. */
export function byShare(
  milliValue: number,
  milliTarget: number,
  statusReplicas: number,
  tolerances: Tolerances,
): Calculated {
  const ratio = milliValue / (milliTarget * statusReplicas);
  const replicas = isWithin(ratio, tolerances) ? statusReplicas : atMost32Bit(Math.ceil(milliValue / milliTarget));
  return { replicas, milliUsage: Math.ceil(milliValue / statusReplicas) };
}

const UNREADY = { problem: "did not receive metrics for targeted pods (pods might be unready)" };

interface Groups {
  /** Of pods that count. */
  readonly measured: ReadonlyMap<string, number>;
  readonly ready: number;
  readonly unready: readonly string[];
  readonly missing: readonly string[];
}

/** As the measured pods want it; unless those that are not known could change the direction. */
function wanted(
  { measured, ready, unready, missing }: Groups,
  { currentReplicas, tolerances }: ScaledPods,
  { ratioOf, assumed }: { ratioOf: (usage: ReadonlyMap<string, number>) => number; assumed: (name: string) => number },
): number {
  const ratio = ratioOf(measured);
  const growsWithUnready = unready.length > 0 && ratio > 1;
  if (!growsWithUnready && missing.length === 0) {
    return isWithin(ratio, tolerances) ? currentReplicas : Math.ceil(ratio * ready);
  }
  const careful = new Map(measured);
  if (ratio < 1) for (const name of missing) careful.set(name, assumed(name));
  if (ratio > 1) for (const name of missing) careful.set(name, 0);
  if (growsWithUnready) for (const name of unready) careful.set(name, 0);
  const carefulRatio = ratioOf(careful);
  const isTurned = (ratio < 1 && carefulRatio > 1) || (ratio > 1 && carefulRatio < 1);
  if (isTurned || isWithin(carefulRatio, tolerances)) return currentReplicas;
  const replicas = Math.ceil(carefulRatio * careful.size);
  const isWrongWay =
    (carefulRatio < 1 && replicas > currentReplicas) || (carefulRatio > 1 && replicas < currentReplicas);
  return isWrongWay ? currentReplicas : replicas;
}

function grouped(pods: readonly Pod[], readings: Readings, resource: string, nowMs: number): Groups {
  const measured = new Map(Object.entries(readings).map(([name, { milliValue }]) => [name, milliValue]));
  const unready: string[] = [];
  const missing: string[] = [];
  let ready = 0;
  for (const pod of pods) {
    const { name = "", deletionTimestamp } = pod.metadata;
    const reading = readings[name];
    if (deletionTimestamp !== undefined || pod.status?.phase === "Failed") measured.delete(name);
    else if (pod.status?.phase === "Pending" || (resource === "cpu" && reading && isWarmingUp(pod, reading, nowMs))) {
      measured.delete(name);
      unready.push(name);
    } else if (reading) ready += 1;
    else missing.push(name);
  }
  return { measured, ready, unready, missing };
}

function isWarmingUp(pod: Pod, { timestamp, windowMs }: PodReading, nowMs: number): boolean {
  const condition = podCondition(pod, "Ready");
  const startTime = pod.status?.startTime;
  if (!condition || startTime === undefined) return true;
  const startedMs = Date.parse(startTime);
  const changedMs = Date.parse(condition.lastTransitionTime ?? startTime);
  const isNotReady = condition.status === "False";
  return startedMs + CPU_INITIALIZATION_MS > nowMs
    ? isNotReady || Date.parse(timestamp) < changedMs + windowMs
    : isNotReady && startedMs + INITIAL_READINESS_MS > changedMs;
}

/** Or why it is not known. */
function milliRequest(pod: Pod, resource: string, container: string): number | string {
  const { name = "" } = pod.metadata;
  if (container === "" && pod.spec?.resources?.requests) {
    const requested = podRequests(pod)[resource];
    return requested
      ? Number(quantityMilliValue(requested))
      : `missing pod-level request for ${resource} in Pod ${name}`;
  }
  const sidecars = (pod.spec?.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  const containers: readonly Container[] = [...(pod.spec?.containers ?? []), ...sidecars];
  const counted = containers.filter((each) => container === "" || each.name === container);
  if (counted.length === 0 && container !== "") return `container ${container} not found in Pod ${name}`;
  let total = 0;
  for (const each of counted) {
    const requested = each.resources?.requests?.[resource];
    if (requested === undefined) return `missing request for ${resource} in container ${each.name} of Pod ${name}`;
    total += Number(quantityMilliValue(parseQuantity(requested)));
  }
  return total;
}

const isWithin = (ratio: number, { down, up }: Tolerances): boolean => 1 - down <= ratio && ratio <= 1 + up;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const atMost32Bit = (value: number): number => Math.min(value, 2 ** 31 - 1);
