import { isPodAvailable, isPodFinished, isPodReady } from "../../api/pod-readiness.ts";
import { daemonsets, pods as podType } from "../../api/resources.ts";
import type { ControllerRevision, DaemonSet, DaemonSetStatus } from "../../api/types/apps-v1.ts";
import type { Node, Pod } from "../../api/types/core-v1.ts";
import { updateStatus, type Action } from "../actions.ts";
import { nextAvailability } from "../next-availability.ts";
import { podReport } from "../pod-report.ts";
import { claims } from "../replicas/claims.ts";
import {
  historyCleanUp,
  REVISION_HASH_LABEL,
  revisionHistory,
  revisionName,
  templatePatch,
} from "../revision-history.ts";
import { templateHash } from "../template-hash.ts";
import { daemonPod, daemonTemplate, targetNode } from "./daemon-pod.ts";
import { isUpToDate, mostWantedFirst, placeChanges, type Place, type PlaceRules } from "./daemons-on-node.ts";
import { nodeFit } from "./node-fit.ts";
import { paceOf, updateStep } from "./rolling-update.ts";

export interface DaemonSetSnapshot {
  readonly daemonSet: DaemonSet;
  /** Pods that the DaemonSet controls, and pods without a controller that it might adopt. */
  readonly pods: readonly Pod[];
  readonly nodes: readonly Node[];
  readonly revisions: readonly ControllerRevision[];
  /** Something else that has the name of the revision to be. */
  readonly namesake: ControllerRevision | undefined;
  readonly mayAdopt: boolean;
  /** When failed pods may be replaced, by uid. */
  readonly replaceAt: Readonly<Record<string, number>>;
}

/** Upstream's limit for one turn. */
const MOST_CHANGES = 250;

/** Keeps one pod on every node that the template fits, all of them of the current revision in the end. */
export function daemonSetActions(snapshot: DaemonSetSnapshot, nowMs: number): readonly Action[] {
  const { daemonSet, mayAdopt, namesake } = snapshot;
  if (daemonSet.metadata.deletionTimestamp !== undefined) return [];
  const { selector = {}, revisionHistoryLimit = 10, minReadySeconds = 0 } = daemonSet.spec ?? {};
  const { claimed, actions } = claims(daemonSet, selector, snapshot.pods, podType, { mayAdopt });

  const history = historyOf(snapshot);
  const isNew = history.actions.some((action) => action.do === "create");
  if (isNew && namesake) return [...actions, ...collision(daemonSet)];
  const hash = hashOf(history.current);
  const places = placesOf(daemonSet, hash, claimed, snapshot.nodes);
  const desired = places.filter(({ fit }) => fit === "run").length;
  const pace = paceOf(daemonSet, desired);
  const rules: PlaceRules = { hash, minReadySeconds, allowsSurge: pace.surge > 0, replaceAt: snapshot.replaceAt };
  const inUse = new Set(claimed.map(({ metadata }) => metadata.labels?.[REVISION_HASH_LABEL] ?? ""));
  const unused = history.old.filter((revision) => !inUse.has(hashOf(revision)));
  const status = statusActions(daemonSet, places, rules, nowMs);
  return [
    ...actions,
    ...history.actions,
    ...podActions(daemonSet, places, rules, nowMs, () => status),
    ...historyCleanUp(unused, history.old.length - revisionHistoryLimit),
    ...status,
    ...nextAvailability(claimed, minReadySeconds, nowMs),
  ];
}

function historyOf({ daemonSet, revisions }: DaemonSetSnapshot) {
  const template = daemonSet.spec?.template ?? {};
  const hash = templateHash(template, daemonSet.status?.collisionCount);
  return revisionHistory(
    {
      owner: daemonSet,
      name: revisionName(daemonSet, hash),
      data: templatePatch(template),
      labels: { ...template.metadata?.labels, [REVISION_HASH_LABEL]: hash },
      annotations: daemonSet.metadata.annotations,
    },
    revisions,
  );
}

function placesOf(daemonSet: DaemonSet, hash: string, pods: readonly Pod[], nodes: readonly Node[]): readonly Place[] {
  const fitOf = nodeFit(daemonTemplate(daemonSet, hash));
  const isOver = (pod: Pod): boolean => isPodFinished(pod) && pod.metadata.deletionTimestamp !== undefined;
  const podsByNode = Map.groupBy(
    pods.filter((pod) => !isOver(pod)),
    (pod) => targetNode(pod) ?? "",
  );
  const places = nodes.map((node): Place => {
    const nodeName = node.metadata.name ?? "";
    return { nodeName, fit: fitOf(node), pods: podsByNode.get(nodeName) ?? [] };
  });
  const known = new Set(places.map(({ nodeName }) => nodeName));
  const lost = [...podsByNode].filter(([nodeName]) => !known.has(nodeName));
  return [...places, ...lost.map(([nodeName, list]): Place => ({ nodeName, fit: undefined, pods: list }))];
}

function podActions(
  daemonSet: DaemonSet,
  places: readonly Place[],
  rules: PlaceRules,
  nowMs: number,
  ifOneFails: () => readonly Action[],
): readonly Action[] {
  const changes = places.map((place) => ({ place, ...placeChanges(place, rules, nowMs) }));
  const unwanted = changes.flatMap((change) => change.unwanted);
  const needing = changes.flatMap(({ place, needsPod }) => (needsPod ? [place.nodeName] : []));
  const waits = changes.flatMap(({ waitMs }) => waitMs ?? []);
  // First order, then progress: what is being changed anyway must not count as available.
  const isOrderly = unwanted.length === 0 && needing.length === 0;
  const mayUpdate = isOrderly && daemonSet.spec?.updateStrategy?.type !== "OnDelete";
  const relevant = places.filter(({ fit, pods }) => fit === "run" || pods.length > 0);
  const desired = relevant.filter(({ fit }) => fit === "run").length;
  const step = mayUpdate
    ? updateStep(relevant, rules, paceOf(daemonSet, desired), nowMs)
    : { remove: [], surgeNodes: [] };
  return [
    ...changes.flatMap(({ place, ended }) => ended.map((pod) => endedEvent(daemonSet, place, pod))),
    ...createPods(daemonSet, rules.hash, [...needing, ...step.surgeNodes], ifOneFails),
    ...deletePods(daemonSet, [...unwanted, ...step.remove], ifOneFails),
    ...(waits.length === 0 ? [] : [{ do: "lookAgain", afterMs: Math.min(...waits) } as const]),
  ];
}

function createPods(
  daemonSet: DaemonSet,
  hash: string,
  nodeNames: readonly string[],
  ifOneFails: () => readonly Action[],
): readonly Action[] {
  if (nodeNames.length === 0) return [];
  const template = daemonTemplate(daemonSet, hash);
  const report = podReport("create", daemonSet);
  const actions = nodeNames.slice(0, MOST_CHANGES).map((nodeName): Action => ({
    do: "create",
    type: podType,
    object: daemonPod(daemonSet, template, nodeName),
    report,
  }));
  return [{ do: "slowStart", actions, ifOneFails }];
}

function deletePods(
  daemonSet: DaemonSet,
  pods: readonly Pod[],
  ifOneFails: () => readonly Action[],
): readonly Action[] {
  if (pods.length === 0) return [];
  const report = podReport("delete", daemonSet);
  const actions = pods
    .slice(0, MOST_CHANGES)
    .map((object): Action => ({ do: "delete", type: podType, object, report }));
  return [{ do: "together", actions, ifOneFails }];
}

function endedEvent(daemonSet: DaemonSet, { nodeName }: Place, { metadata, status }: Pod): Action {
  const { name = "", namespace = "" } = metadata;
  const isFailed = status?.phase === "Failed";
  return {
    do: "event",
    about: daemonSet,
    type: isFailed ? "Warning" : "Normal",
    reason: isFailed ? "FailedDaemonPod" : "SucceededDaemonPod",
    message: isFailed
      ? `Found failed daemon pod ${namespace}/${name} on node ${nodeName}, will try to kill it`
      : `Found succeeded daemon pod ${namespace}/${name} on node ${nodeName}, will try to delete it`,
  };
}

function statusActions(
  daemonSet: DaemonSet,
  places: readonly Place[],
  { hash, minReadySeconds }: PlaceRules,
  nowMs: number,
): readonly Action[] {
  const wanted = places.filter(({ fit }) => fit === "run");
  const present = wanted.flatMap(({ pods }) => pods.toSorted(mostWantedFirst).slice(0, 1));
  const available = present.filter((pod) => isPodAvailable(pod, minReadySeconds, nowMs)).length;
  const updated = present.filter((pod) => isUpToDate(pod, hash)).length;
  const { collisionCount, conditions } = daemonSet.status ?? {};
  const unavailable = wanted.length - available;
  const status: DaemonSetStatus = {
    currentNumberScheduled: present.length,
    numberMisscheduled: places.filter(({ fit, pods }) => fit !== undefined && fit !== "run" && pods.length > 0).length,
    desiredNumberScheduled: wanted.length,
    numberReady: present.filter(isPodReady).length,
    observedGeneration: daemonSet.metadata.generation,
    ...(updated === 0 ? {} : { updatedNumberScheduled: updated }),
    ...(available === 0 ? {} : { numberAvailable: available }),
    ...(unavailable === 0 ? {} : { numberUnavailable: unavailable }),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    ...(conditions === undefined ? {} : { conditions }),
  };
  return statusUpdate(daemonSet, status);
}

const hashOf = ({ metadata }: ControllerRevision): string =>
  metadata.labels?.[REVISION_HASH_LABEL] ?? metadata.name ?? "";

/** Another template has the same hash: the count changes the hash at the next turn. */
function collision(daemonSet: DaemonSet): readonly Action[] {
  const empty = { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 };
  const collisionCount = (daemonSet.status?.collisionCount ?? 0) + 1;
  return statusUpdate(daemonSet, { ...empty, ...daemonSet.status, collisionCount });
}

function statusUpdate(daemonSet: DaemonSet, status: DaemonSetStatus): readonly Action[] {
  const object: DaemonSet = { ...daemonSet, status };
  return Bun.deepEquals(object, daemonSet) ? [] : [updateStatus(daemonsets, object)];
}
