import type { HPAScalingRules, HorizontalPodAutoscaler } from "../../api/types/autoscaling-v2.ts";

/** What an autoscaler remembers of its past. */
export interface ScalingMemory {
  readonly recommendations: readonly { readonly replicas: number; readonly atMs: number }[];
  /** How much was added (positive) or taken away, and when. */
  readonly changes: readonly { readonly by: number; readonly atMs: number }[];
}

export const NO_MEMORY: ScalingMemory = { recommendations: [], changes: [] };

export interface Limited {
  readonly replicas: number;
  readonly ableToScale: { readonly reason: string; readonly message: string };
  readonly scalingLimited: { readonly isLimited: boolean; readonly reason: string; readonly message: string };
  readonly memory: ScalingMemory;
}

export interface Proposal {
  readonly current: number;
  readonly proposed: number;
  readonly min: number;
  readonly max: number;
}

const DOWNSCALE_STABILIZATION_MS = 5 * 60_000;
/** Without rules of its own, nothing grows faster than this at once. */
const LARGEST_GROWTH_FACTOR = 2;
const SMALLEST_GROWTH_LIMIT = 4;
/** No rule may look back further (validation). */
const LONGEST_MEMORY_MS = 3_600_000;

const DOWN_STABILIZED = {
  reason: "ScaleDownStabilized",
  message: "recent recommendations were higher than current one, applying the highest recent recommendation",
};
const UP_STABILIZED = {
  reason: "ScaleUpStabilized",
  message: "recent recommendations were lower than current one, applying the lowest recent recommendation",
};
const READY = { reason: "ReadyForNewScale", message: "recommended size matches current size" };
const WITHIN_RANGE = {
  reason: "DesiredWithinRange",
  message: "the desired count is within the acceptable range",
};
const UP_LIMIT = {
  reason: "ScaleUpLimit",
  message: "the desired replica count is increasing faster than the maximum scale rate",
};
const DOWN_LIMIT = {
  reason: "ScaleDownLimit",
  message: "the desired replica count is decreasing faster than the maximum scale rate",
};
const TOO_MANY = {
  reason: "TooManyReplicas",
  message: "the desired replica count is more than the maximum replica count",
};
const TOO_FEW = {
  reason: "TooFewReplicas",
  message: "the desired replica count is less than the minimum replica count",
};

/** What a proposal comes to when the past, the rules and the bounds have had their say. */
export function limited(
  { spec }: HorizontalPodAutoscaler,
  proposal: Proposal,
  memory: ScalingMemory,
  nowMs: number,
): Limited {
  const { scaleUp, scaleDown } = spec?.behavior ?? {};
  const hasRules = spec?.behavior !== undefined;
  const { proposed } = proposal;
  const stabilized = hasRules
    ? stabilizedByRules(proposal, { scaleUp, scaleDown }, memory, nowMs)
    : Math.max(proposed, ...since(memory.recommendations, nowMs - DOWNSCALE_STABILIZATION_MS));
  const reason = hasRules && proposed >= proposal.current ? UP_STABILIZED : DOWN_STABILIZED;
  const bounded = { ...proposal, proposed: stabilized };
  const [replicas, limit] = hasRules
    ? boundedByRules(bounded, { scaleUp, scaleDown }, memory, nowMs)
    : boundedByDefault(bounded);
  return {
    replicas,
    ableToScale: stabilized === proposed ? READY : reason,
    scalingLimited: { isLimited: replicas !== stabilized, ...limit },
    memory: {
      ...memory,
      recommendations: [...recent(memory.recommendations, nowMs), { replicas: proposed, atMs: nowMs }],
    },
  };
}

/** The memory after a change of the number of replicas. */
export function withChange(memory: ScalingMemory, by: number, nowMs: number): ScalingMemory {
  return { ...memory, changes: [...recent(memory.changes, nowMs), { by, atMs: nowMs }] };
}

const recent = <T extends { readonly atMs: number }>(entries: readonly T[], nowMs: number): readonly T[] =>
  entries.filter(({ atMs }) => atMs > nowMs - LONGEST_MEMORY_MS);

const since = (recommendations: ScalingMemory["recommendations"], startMs: number): readonly number[] =>
  recommendations.filter(({ atMs }) => atMs >= startMs).map(({ replicas }) => replicas);

interface Rules {
  readonly scaleUp: HPAScalingRules | undefined;
  readonly scaleDown: HPAScalingRules | undefined;
}

function stabilizedByRules(
  { current, proposed }: Proposal,
  { scaleUp, scaleDown }: Rules,
  { recommendations }: ScalingMemory,
  nowMs: number,
): number {
  const window = (rules: HPAScalingRules | undefined, unset: number): readonly number[] => {
    const seconds = rules?.stabilizationWindowSeconds ?? unset;
    return recommendations.filter(({ atMs }) => atMs > nowMs - seconds * 1000).map(({ replicas }) => replicas);
  };
  const lowest = Math.min(proposed, ...window(scaleUp, 0));
  const highest = Math.max(proposed, ...window(scaleDown, DOWNSCALE_STABILIZATION_MS / 1000));
  return Math.min(Math.max(current, lowest), highest);
}

type Limit = readonly [replicas: number, why: { readonly reason: string; readonly message: string }];

function boundedByDefault({ current, proposed, min, max }: Proposal): Limit {
  const fastest = Math.max(LARGEST_GROWTH_FACTOR * current, SMALLEST_GROWTH_LIMIT);
  if (proposed < min) return [min, TOO_FEW];
  const most = Math.min(max, fastest);
  if (proposed > most) return [most, max > fastest ? UP_LIMIT : TOO_MANY];
  return [proposed, WITHIN_RANGE];
}

function boundedByRules(
  { current, proposed, min, max }: Proposal,
  { scaleUp, scaleDown }: Rules,
  memory: ScalingMemory,
  nowMs: number,
): Limit {
  if (proposed > current) {
    const fastest = Math.max(rateLimit(scaleUp, 1, current, memory, nowMs), current);
    const most = Math.min(max, fastest);
    if (proposed > most) return [most, max > fastest ? UP_LIMIT : TOO_MANY];
  } else if (proposed < current) {
    const fastest = Math.min(rateLimit(scaleDown, -1, current, memory, nowMs), current);
    const fewest = Math.max(min, fastest);
    if (proposed < fewest) return [fewest, min < fastest ? DOWN_LIMIT : TOO_FEW];
  }
  return [proposed, WITHIN_RANGE];
}

/** How far the policies let the number go in a direction. */
function rateLimit(
  rules: HPAScalingRules | undefined,
  direction: 1 | -1,
  current: number,
  { changes }: ScalingMemory,
  nowMs: number,
): number {
  const { selectPolicy = "Max", policies = [] } = rules ?? {};
  if (selectPolicy === "Disabled") return current;
  const limits = policies.map(({ type, value, periodSeconds }) => {
    const inPeriod = changes.filter(({ atMs }) => atMs > nowMs - periodSeconds * 1000);
    const before = inPeriod.reduce((replicas, { by }) => replicas - by, current);
    if (type === "Pods") return before + direction * value;
    const scaled = (before * (100 + direction * value)) / 100;
    return direction === 1 ? Math.ceil(scaled) : Math.trunc(scaled);
  });
  // The largest change is the highest number when growing, the lowest when shrinking.
  return (selectPolicy === "Max") === (direction === 1) ? Math.max(...limits) : Math.min(...limits);
}
