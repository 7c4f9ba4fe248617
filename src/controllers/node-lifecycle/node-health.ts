import { podCondition } from "../../api/pod-readiness.ts";
import { nodes, pods as podType } from "../../api/resources.ts";
import type { Node, NodeCondition, Pod, Taint } from "../../api/types/core-v1.ts";
import { timestamp } from "../../lib/time/clock.ts";
import type { Action } from "../actions.ts";
import { conditionOf } from "../conditions.ts";

export interface NodeSnapshot {
  readonly node: Node;
  /** Nobody has looked at it before. */
  readonly isNew?: boolean;
  /** When the last sign of life was seen, by our clock. */
  readonly lastSeenMs: number;
  /** The pods of the node; only looked at while it is not ready. */
  readonly pods: readonly Pod[];
  /** Whether any node is ready. Where none is, the fault is likely ours, and moving pods would help nobody. */
  readonly isAnyNodeReady: boolean;
  /** Most nodes of the zone are not ready: likely it is the network, and no further nodes lose their pods. */
  readonly isZoneDisrupted?: boolean;
  /** Before this time the node's pods stay, because other nodes of the zone have just lost theirs. */
  readonly evictableAtMs?: number;
}

/** Upstream's default since v1.32: five lost renewals of the lease. */
const GRACE_MS = 50_000;

const NOT_READY = "node.kubernetes.io/not-ready";
const UNREACHABLE = "node.kubernetes.io/unreachable";

/** What a silent node is no longer known to be. */
const REPORTED = ["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"];

const TAINT_BY_CONDITION: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Ready: { False: NOT_READY, Unknown: UNREACHABLE },
  MemoryPressure: { True: "node.kubernetes.io/memory-pressure" },
  DiskPressure: { True: "node.kubernetes.io/disk-pressure" },
  NetworkUnavailable: { True: "node.kubernetes.io/network-unavailable" },
  PIDPressure: { True: "node.kubernetes.io/pid-pressure" },
};

const OWN_TAINTS: ReadonlySet<string> = new Set([
  ...Object.values(TAINT_BY_CONDITION).flatMap((byStatus) => Object.values(byStatus)),
  "node.kubernetes.io/unschedulable",
]);

/** Notices nodes that have fallen silent, keeps pods away from nodes that are not well, and tells that their pods are not ready. */
export function nodeHealthActions(snapshot: NodeSnapshot, nowMs: number): readonly Action[] {
  const { node, lastSeenMs } = snapshot;
  if (nowMs - lastSeenMs > GRACE_MS) {
    const silent = silentConditions(node, nowMs);
    // The change of the status is the cause of the next turn.
    if (silent.length > 0) return tellSilence(node, silent);
  }
  const isReady = conditionOf(node.status?.conditions, "Ready")?.status === "True";
  return [
    ...taintActions(snapshot, nowMs),
    ...laterEviction(snapshot, nowMs),
    ...(isReady ? [] : snapshot.pods.flatMap((pod) => notReadyActions(pod, nowMs))),
    ...(nowMs - lastSeenMs > GRACE_MS
      ? []
      : [{ do: "lookAgain", afterMs: lastSeenMs + GRACE_MS + 1 - nowMs } as const]),
  ];
}

function silentConditions({ metadata, status }: Node, nowMs: number): readonly NodeCondition[] {
  const now = timestamp(nowMs);
  return REPORTED.flatMap((type): NodeCondition[] => {
    const current = conditionOf(status?.conditions, type);
    if (current?.status === "Unknown") return [];
    const [reason, message] = current
      ? ["NodeStatusUnknown", "Kubelet stopped posting node status."]
      : ["NodeStatusNeverUpdated", "Kubelet never posted node status."];
    const lastHeartbeatTime = current?.lastHeartbeatTime ?? metadata.creationTimestamp;
    return [{ type, status: "Unknown", reason, message, lastHeartbeatTime, lastTransitionTime: now }];
  });
}

function tellSilence(node: Node, conditions: readonly NodeCondition[]): readonly Action[] {
  const { name = "", uid } = node.metadata;
  const wasReady = conditionOf(node.status?.conditions, "Ready")?.status === "True";
  const message = `Node ${name} status is now: NodeNotReady`;
  return [
    {
      do: "patch",
      type: nodes,
      key: { name },
      patchType: "strategic",
      subresource: "status",
      patch: { metadata: { uid }, status: { conditions } },
    },
    ...(wasReady ? [{ do: "event", about: node, type: "Normal", reason: "NodeNotReady", message } as const] : []),
  ];
}

/** Whether the pods of a node that is not well go already. */
export const isEvicting = ({ spec }: Node): boolean =>
  spec?.taints?.some((taint) => taint.effect === "NoExecute" && isOwn(taint)) ?? false;

function laterEviction({ node, evictableAtMs = 0 }: NodeSnapshot, nowMs: number): readonly Action[] {
  return isEvicting(node) || evictableAtMs <= nowMs ? [] : [{ do: "lookAgain", afterMs: evictableAtMs - nowMs }];
}

/** Taints of others stay as they are. */
function taintActions(snapshot: NodeSnapshot, nowMs: number): readonly Action[] {
  const { node, isAnyNodeReady, isZoneDisrupted = false, evictableAtMs = 0 } = snapshot;
  const current = node.spec?.taints ?? [];
  // From one of its taints that evict to the other a node changes at once: its pods are on their way already.
  const mayEvict = isEvicting(node) || (!isZoneDisrupted && evictableAtMs <= nowMs);
  const wanted = wantedTaints(node, isAnyNodeReady).filter(({ effect }) => effect !== "NoExecute" || mayEvict);
  const isWanted = (taint: Taint): boolean => wanted.some((one) => isSameTaint(one, taint));
  const kept = current.filter((taint) => !isOwn(taint) || isWanted(taint));
  const added = wanted
    .filter((taint) => !current.some((one) => isSameTaint(one, taint)))
    .map((taint) => ({ ...taint, timeAdded: timestamp(nowMs) }));
  if (added.length === 0 && kept.length === current.length) return [];
  const { name = "", uid, resourceVersion } = node.metadata;
  const taints = [...kept, ...added];
  return [
    {
      do: "patch",
      type: nodes,
      key: { name },
      patchType: "merge",
      patch: { metadata: { uid, resourceVersion }, spec: { taints: taints.length === 0 ? null : taints } },
    },
  ];
}

function wantedTaints({ spec, status }: Node, isAnyNodeReady: boolean): readonly Taint[] {
  const keys = (status?.conditions ?? []).flatMap(
    (condition) => TAINT_BY_CONDITION[condition.type]?.[condition.status] ?? [],
  );
  const evicting = isAnyNodeReady ? keys.filter((key) => key === NOT_READY || key === UNREACHABLE) : [];
  const repelling = spec?.unschedulable === true ? [...keys, "node.kubernetes.io/unschedulable"] : keys;
  return [
    ...repelling.map((key) => ({ key, effect: "NoSchedule" })),
    ...evicting.map((key) => ({ key, effect: "NoExecute" })),
  ];
}

const isOwn = ({ key, effect }: Taint): boolean =>
  OWN_TAINTS.has(key) &&
  (effect === "NoSchedule" || (effect === "NoExecute" && [NOT_READY, UNREACHABLE].includes(key)));

const isSameTaint = (a: Taint, b: Taint): boolean => a.key === b.key && a.effect === b.effect;

function notReadyActions(pod: Pod, nowMs: number): readonly Action[] {
  const ready = podCondition(pod, "Ready");
  if (ready?.status !== "True") return [];
  const { name = "", namespace, uid } = pod.metadata;
  const condition = { ...ready, status: "False", lastTransitionTime: timestamp(nowMs) };
  return [
    {
      do: "patch",
      type: podType,
      key: { name, namespace },
      patchType: "strategic",
      subresource: "status",
      patch: { metadata: { uid }, status: { conditions: [condition] } },
    },
    { do: "event", about: pod, type: "Warning", reason: "NodeNotReady", message: "Node is not ready" },
  ];
}
