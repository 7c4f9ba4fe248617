import type { ResourceType } from "../../api/resource-type.ts";
import { horizontalpodautoscalersAutoscalingV2 } from "../../api/resources.ts";
import { semanticEqual } from "../../api/semantic-equal.ts";
import type { Scale } from "../../api/types/autoscaling-v1.ts";
import type {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerCondition,
  HorizontalPodAutoscalerStatus,
  MetricStatus,
} from "../../api/types/autoscaling-v2.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { timestamp } from "../../lib/time/clock.ts";
import { type Action, updateStatus } from "../actions.ts";
import { conditionOf } from "../conditions.ts";
import { hasFailed, metricProposal, type ValidProposal } from "./metric-proposal.ts";
import type { Reading } from "./readings.ts";
import { type Limited, limited, NO_MEMORY, type ScalingMemory, withChange } from "./scaling-behavior.ts";

export interface AutoscalerSnapshot {
  readonly autoscaler: HorizontalPodAutoscaler;
  /** What is scaled, or why it cannot be. */
  readonly target: { readonly type: ResourceType; readonly scale: Scale } | { readonly problem: string };
  readonly pods: readonly Pod[];
  /** One for each metric of the autoscaler, in the same order. */
  readonly readings: readonly Reading[];
  /** Others that scale some of the same pods: `{name namespace}`. */
  readonly rivals: readonly string[];
  readonly memory: ScalingMemory | undefined;
}

/** What to do, and what to remember. */
export interface Autoscaled {
  readonly actions: readonly Action[];
  readonly memory: ScalingMemory | undefined;
  /** Instead, should the target refuse its new scale: what did not happen does not count as a change. */
  readonly memoryIfRefused?: ScalingMemory;
}

type Condition = Pick<HorizontalPodAutoscalerCondition, "type" | "status" | "reason" | "message">;

const SCALING_DISABLED = "scaling is disabled since the replica count of the target is zero";

/** Decides how many replicas there shall be. */
export function autoscale(snapshot: AutoscalerSnapshot, nowMs: number): Autoscaled {
  const { autoscaler, target } = snapshot;
  const draft = new StatusDraft(autoscaler, nowMs);
  if ("problem" in target) {
    draft.warn("FailedGetScale", target.problem);
    const message = `the HPA controller was unable to get the target's current scale: ${target.problem}`;
    draft.set({ type: "AbleToScale", status: "False", reason: "FailedGetScale", message });
    return { actions: draft.actions(), memory: snapshot.memory };
  }
  const { scale } = target;
  const current = scale.spec?.replicas ?? 0;
  const memory = snapshot.memory ?? { ...NO_MEMORY, recommendations: [{ replicas: current, atMs: nowMs }] };
  draft.set({
    type: "AbleToScale",
    status: "True",
    reason: "SucceededGetScale",
    message: "the HPA controller was able to get the target's current scale",
  });
  const { minReplicas: min = 1, maxReplicas: max } = autoscaler.spec ?? { maxReplicas: 1 };
  if (current === 0) {
    draft.set({ type: "ScalingActive", status: "False", reason: "ScalingDisabled", message: SCALING_DISABLED });
    return { actions: draft.actions({ current, desired: 0, metrics: [] }), memory };
  }
  const outside = current > max ? "above Spec.MaxReplicas" : current < min ? "below Spec.MinReplicas" : undefined;
  if (outside !== undefined) {
    const desired = current > max ? max : min;
    const reason = `Current number of replicas ${outside}`;
    return rescaled({ snapshot, target, draft, memory, current, desired, reason, metrics: [] }, nowMs);
  }
  const proposals = proposalsOf(snapshot, target.scale, draft, nowMs);
  if ("problem" in proposals) {
    const desired = autoscaler.status?.desiredReplicas ?? 0;
    draft.warnLater("FailedComputeMetricsReplicas", proposals.problem);
    return { actions: draft.actions({ current, desired, metrics: proposals.metrics }), memory };
  }
  const decided = limited(autoscaler, { current, proposed: proposals.replicas, min, max }, memory, nowMs);
  draft.setLimits(decided);
  const desired = decided.replicas;
  // Upstream tells by the proposal, not by what it comes to.
  const reason =
    proposals.replicas > current
      ? `${proposals.metric} above target`
      : proposals.replicas < current
        ? "All metrics below target"
        : "";
  const { metrics } = proposals;
  const change = { snapshot, target, draft, memory: decided.memory, current, desired, reason, metrics };
  if (desired !== current) return rescaled(change, nowMs);
  return { actions: draft.actions({ current, desired, metrics }), memory: decided.memory };
}

interface Change {
  readonly snapshot: AutoscalerSnapshot;
  readonly target: { readonly type: ResourceType; readonly scale: Scale };
  readonly draft: StatusDraft;
  readonly memory: ScalingMemory;
  readonly current: number;
  readonly desired: number;
  readonly reason: string;
  readonly metrics: readonly MetricStatus[];
}

function rescaled(change: Change, nowMs: number): Autoscaled {
  const { snapshot, target, draft, memory, current, desired, reason, metrics } = change;
  const failed = draft.copy();
  const size = `New size: ${desired}; reason: ${reason}`;
  draft.set({
    type: "AbleToScale",
    status: "True",
    reason: "SucceededRescale",
    message: `the HPA controller was able to update the target scale to ${desired}`,
  });
  const object: Scale = { ...target.scale, spec: { ...target.scale.spec, replicas: desired } };
  const { autoscaler } = snapshot;
  return {
    actions: [
      {
        do: "update",
        type: target.type,
        object,
        subresource: "scale",
        ifItFails({ message }) {
          failed.warn("FailedRescale", `${size}; error: ${message}`);
          const text = `the HPA controller was unable to update the target scale: ${message}`;
          failed.set({ type: "AbleToScale", status: "False", reason: "FailedUpdateScale", message: text });
          return failed.actions({ current, desired: autoscaler.status?.desiredReplicas ?? 0, metrics });
        },
      },
      { do: "event", about: autoscaler, type: "Normal", reason: "SuccessfulRescale", message: size },
      ...draft.actions({ current, desired, metrics, lastScaleTime: timestamp(nowMs) }),
    ],
    memory: withChange(memory, desired - current, nowMs),
    memoryIfRefused: memory,
  };
}

type Proposals =
  | { readonly replicas: number; readonly metric: string; readonly metrics: readonly MetricStatus[] }
  | { readonly problem: string; readonly metrics: readonly MetricStatus[] };

/** The highest proposal of all metrics. While some are not known, nothing shrinks. */
function proposalsOf(snapshot: AutoscalerSnapshot, scale: Scale, draft: StatusDraft, nowMs: number): Proposals {
  const { autoscaler, readings, rivals } = snapshot;
  const selector = scale.status?.selector ?? "";
  const invalid = (type: string, reason: string, message: string, text = message): Proposals => {
    draft.warn(type, message);
    draft.set({ type: "ScalingActive", status: "False", reason, message: text });
    return { problem: message, metrics: [] };
  };
  if (selector === "") {
    const text = "the HPA target's scale is missing a selector";
    return invalid("SelectorRequired", "InvalidSelector", "selector is required", text);
  }
  if (rivals.length > 1) {
    const message = `pods by selector ${selector} are controlled by multiple HPAs: [${rivals.join(" ")}]`;
    return invalid("AmbiguousSelector", "AmbiguousSelector", message);
  }
  const specs = autoscaler.spec?.metrics ?? [];
  const all = specs.map((spec, index) => metricProposal(snapshot, spec, readings[index], scale, nowMs));
  const metrics = all.map((each): MetricStatus => (hasFailed(each) ? { type: "" } : each.status));
  const failures = all.filter(hasFailed);
  for (const { reason, message } of failures) draft.warn(reason, message);
  const best = all.reduce<ValidProposal | undefined>(
    (highest, each) => (hasFailed(each) || (highest && highest.replicas >= each.replicas) ? highest : each),
    undefined,
  );
  const [first] = failures;
  if (first && (!best || best.replicas < (scale.spec?.replicas ?? 0))) {
    const { reason, message } = first;
    const text = `the HPA was unable to compute the replica count: ${message}`;
    draft.set({ type: "ScalingActive", status: "False", reason, message: text });
    const problem = `invalid metrics (${failures.length} invalid out of ${specs.length}), first error is: ${first.problem}`;
    return { problem, metrics };
  }
  const metric = best?.metric ?? "";
  draft.set({
    type: "ScalingActive",
    status: "True",
    reason: "ValidMetricFound",
    message: `the HPA was able to successfully calculate a replica count from ${metric}`,
  });
  return { replicas: best?.replicas ?? 0, metric, metrics };
}

/** The status as it is going to be, and what is told on the way. */
class StatusDraft {
  readonly #autoscaler: HorizontalPodAutoscaler;
  readonly #nowMs: number;
  #conditions: readonly HorizontalPodAutoscalerCondition[];
  #events: readonly Action[] = [];
  #lastEvents: readonly Action[] = [];

  constructor(autoscaler: HorizontalPodAutoscaler, nowMs: number) {
    this.#autoscaler = autoscaler;
    this.#nowMs = nowMs;
    this.#conditions = autoscaler.status?.conditions ?? [];
  }

  copy(): StatusDraft {
    const copy = new StatusDraft(this.#autoscaler, this.#nowMs);
    copy.#conditions = this.#conditions;
    return copy;
  }

  /** In the place of another of its type; the time moves with the status only. */
  set(condition: Condition): void {
    const current = conditionOf(this.#conditions, condition.type);
    const isSame = current?.status === condition.status;
    const lastTransitionTime = isSame ? current.lastTransitionTime : timestamp(this.#nowMs);
    const next = { ...condition, lastTransitionTime };
    this.#conditions = current
      ? this.#conditions.map((each) => (each === current ? next : each))
      : [...this.#conditions, next];
  }

  setLimits({ ableToScale, scalingLimited: { isLimited, reason, message } }: Limited): void {
    this.set({ type: "AbleToScale", status: "True", ...ableToScale });
    this.set({ type: "ScalingLimited", status: isLimited ? "True" : "False", reason, message });
  }

  warn(reason: string, message: string): void {
    this.#events = [...this.#events, { do: "event", about: this.#autoscaler, type: "Warning", reason, message }];
  }

  /** After the status is written. */
  warnLater(reason: string, message: string): void {
    this.#lastEvents = [{ do: "event", about: this.#autoscaler, type: "Warning", reason, message }];
  }

  actions(numbers?: {
    readonly current: number;
    readonly desired: number;
    readonly metrics: readonly MetricStatus[];
    readonly lastScaleTime?: string;
  }): readonly Action[] {
    const { status: before } = this.#autoscaler;
    const conditions = [...this.#conditions];
    const status: HorizontalPodAutoscalerStatus = numbers
      ? {
          ...before,
          conditions,
          currentReplicas: numbers.current,
          desiredReplicas: numbers.desired,
          currentMetrics: [...numbers.metrics],
          lastScaleTime: numbers.lastScaleTime ?? before?.lastScaleTime,
        }
      : { desiredReplicas: 0, ...before, conditions };
    const object: HorizontalPodAutoscaler = { ...this.#autoscaler, status };
    const write = semanticEqual(status, before) ? [] : [updateStatus(horizontalpodautoscalersAutoscalingV2, object)];
    return [...this.#events, ...write, ...this.#lastEvents];
  }
}
