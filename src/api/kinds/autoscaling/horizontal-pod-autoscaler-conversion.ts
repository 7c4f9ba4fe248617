import type {
  HorizontalPodAutoscaler as Autoscaler1,
  HorizontalPodAutoscalerStatus as Status1,
} from "../../types/autoscaling-v1.ts";
import type {
  HorizontalPodAutoscaler as Autoscaler2,
  HorizontalPodAutoscalerBehavior,
  HorizontalPodAutoscalerCondition,
  HorizontalPodAutoscalerStatus as Status2,
  MetricSpec,
  MetricStatus,
} from "../../types/autoscaling-v2.ts";
import type { ObjectMeta } from "../../types/meta-v1.ts";
import { metricFromV1, metricToV1 } from "./metrics-v1.ts";

/**
 * autoscaling/v1 and v2 are one thing in the store, in v2's shape. What v1 has no field for travels in annotations, so that a
 * client of v1 that writes back what it read changes nothing (pkg/apis/autoscaling/v1/conversion.go).
 */
const ANNOTATIONS = {
  metrics: "autoscaling.alpha.kubernetes.io/metrics",
  currentMetrics: "autoscaling.alpha.kubernetes.io/current-metrics",
  conditions: "autoscaling.alpha.kubernetes.io/conditions",
  behavior: "autoscaling.alpha.kubernetes.io/behavior",
  scaleDownTolerance: "autoscaling.alpha.kubernetes.io/scale-down-tolerance",
  scaleUpTolerance: "autoscaling.alpha.kubernetes.io/scale-up-tolerance",
} as const;

/** Wanted when nothing else is: v1 once defaulted this in its controller. */
export const DEFAULT_CPU_UTILIZATION = 80;

export function fromV2({ spec, status, metadata, kind }: Autoscaler2): Autoscaler1 {
  const { metrics = [], behavior, ...same } = spec;
  const otherMetrics = metrics.filter((metric) => cpuUtilization(metric) === undefined);
  const carried = {
    [ANNOTATIONS.metrics]: jsonOf(otherMetrics.map((metric) => metricToV1({ ...metric }, "target"))),
    [ANNOTATIONS.currentMetrics]: jsonOf(
      (status?.currentMetrics ?? []).map((metric) => metricToV1({ ...metric }, "current")),
    ),
    [ANNOTATIONS.behavior]: behavior && JSON.stringify(withKeys(behavior, capitalized)),
    [ANNOTATIONS.conditions]: jsonOf(status?.conditions ?? []),
  };
  const targetCPUUtilizationPercentage = metrics.map(cpuUtilization).find((percentage) => percentage !== undefined);
  return {
    apiVersion: "autoscaling/v1",
    kind,
    metadata: withAnnotations(metadata, carried),
    spec: { ...same, ...(targetCPUUtilizationPercentage === undefined ? {} : { targetCPUUtilizationPercentage }) },
    ...(status ? { status: statusFromV2(status) } : {}),
  };
}

export function toV2({ spec, status, metadata, kind }: Autoscaler1): Autoscaler2 {
  const { targetCPUUtilizationPercentage, ...same } = spec;
  const carried = metadata.annotations ?? {};
  const metrics = parsed(carried[ANNOTATIONS.metrics], (metric) => metricFromV1(metric, "target")) as
    | MetricSpec[]
    | undefined;
  const cpuMetrics = targetCPUUtilizationPercentage === undefined ? [] : [cpuMetric(targetCPUUtilizationPercentage)];
  const wanted = [...(metrics ?? []), ...cpuMetrics];
  const behavior = parsedBehavior(carried[ANNOTATIONS.behavior]);
  return {
    apiVersion: "autoscaling/v2",
    kind,
    metadata: withAnnotations(metadata, {}),
    spec: {
      ...same,
      metrics: wanted.length > 0 ? wanted : [cpuMetric(DEFAULT_CPU_UTILIZATION)],
      ...(behavior ? { behavior } : {}),
    },
    ...(status ? { status: statusToV2(status, carried) } : {}),
  };
}

/** In v2 these annotations mean nothing and are dropped. */
export function withoutCarried(metadata: ObjectMeta): ObjectMeta {
  const isCarrying = Object.values(ANNOTATIONS).some((name) => metadata.annotations?.[name] !== undefined);
  return isCarrying ? withAnnotations(metadata, {}) : metadata;
}

function statusFromV2({ currentMetrics = [], conditions: _carried, ...same }: Status2): Status1 {
  const cpu = currentMetrics.findLast(
    ({ type, resource }) =>
      type === "Resource" && resource?.name === "cpu" && resource.current.averageUtilization !== undefined,
  );
  const currentCPUUtilizationPercentage = cpu?.resource?.current.averageUtilization;
  return {
    ...same,
    currentReplicas: same.currentReplicas ?? 0,
    ...(currentCPUUtilizationPercentage === undefined ? {} : { currentCPUUtilizationPercentage }),
  };
}

function statusToV2(status: Status1, carried: Readonly<Record<string, string>>): Status2 {
  const { currentCPUUtilizationPercentage: averageUtilization, ...same } = status;
  const carriedMetrics = parsed(carried[ANNOTATIONS.currentMetrics], (metric) => metricFromV1(metric, "current")) as
    | MetricStatus[]
    | undefined;
  const cpuMetrics: MetricStatus[] | undefined =
    averageUtilization === undefined
      ? undefined
      : [{ type: "Resource", resource: { name: "cpu", current: { averageUtilization } } }];
  const currentMetrics = carriedMetrics ?? cpuMetrics;
  const conditions = parsed(carried[ANNOTATIONS.conditions], (condition) => condition) as
    | HorizontalPodAutoscalerCondition[]
    | undefined;
  return { ...same, ...(currentMetrics ? { currentMetrics } : {}), ...(conditions ? { conditions } : {}) };
}

function cpuUtilization({ type, resource }: MetricSpec): number | undefined {
  return type === "Resource" && resource?.name === "cpu" ? resource.target.averageUtilization : undefined;
}

function cpuMetric(averageUtilization: number): MetricSpec {
  return { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization } } };
}

/** Whatever was carried before is replaced. */
function withAnnotations(metadata: ObjectMeta, carried: Readonly<Record<string, string | undefined>>): ObjectMeta {
  const own = Object.entries(metadata.annotations ?? {}).filter(
    ([name]) => !(Object.values(ANNOTATIONS) as string[]).includes(name),
  );
  const added = Object.entries(carried).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const { annotations: _replaced, ...others } = metadata;
  const annotations = Object.fromEntries([...own, ...added]);
  return Object.keys(annotations).length === 0 ? others : { ...others, annotations };
}

const jsonOf = (list: readonly unknown[]): string | undefined => (list.length === 0 ? undefined : JSON.stringify(list));

/** An annotation that is not what v1 writes counts for nothing, as upstream has it. */
function parsed(json: string | undefined, convert: (item: unknown) => unknown): unknown[] | undefined {
  if (json === undefined) return undefined;
  try {
    const list: unknown = JSON.parse(json);
    return Array.isArray(list) ? list.map(convert) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function parsedBehavior(json: string | undefined): HorizontalPodAutoscalerBehavior | undefined {
  const [behavior] =
    parsed(json === undefined ? undefined : `[${json}]`, (each) => withKeys(each, uncapitalized)) ?? [];
  const isEmpty = typeof behavior !== "object" || behavior === null || Object.keys(behavior).length === 0;
  return isEmpty ? undefined : behavior;
}

/** Upstream writes its internal type here, whose keys are capitalised. */
function withKeys(value: unknown, renamed: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => withKeys(item, renamed));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== null)
      .map(([key, item]) => [renamed(key), withKeys(item, renamed)]),
  );
}

const capitalized = (key: string): string => key.charAt(0).toUpperCase() + key.slice(1);
const uncapitalized = (key: string): string => key.charAt(0).toLowerCase() + key.slice(1);
