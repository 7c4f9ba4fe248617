import { isPodAvailable, isPodFinished, isPodReady } from "../../api/pod-readiness.ts";
import { persistentvolumeclaims, pods as podType, statefulsets } from "../../api/resources.ts";
import type { ControllerRevision, StatefulSet, StatefulSetStatus } from "../../api/types/apps-v1.ts";
import type { PersistentVolumeClaim, Pod } from "../../api/types/core-v1.ts";
import { updateStatus, type Action } from "../actions.ts";
import { nextAvailability } from "../next-availability.ts";
import { claims } from "../replicas/claims.ts";
import { retentionActions } from "./claim-retention.ts";
import { claimsOf, firstOrdinal, ordinalOf, revisionOf, statefulPod } from "./stateful-pod.ts";
import { claimReport, statefulPodReport } from "./stateful-set-events.ts";
import { statefulSetRevisions, type StatefulSetRevisions } from "./stateful-set-revisions.ts";

export interface StatefulSetSnapshot {
  readonly set: StatefulSet;
  /** Pods that the set controls, and pods without a controller that it might adopt. */
  readonly pods: readonly Pod[];
  readonly revisions: readonly ControllerRevision[];
  /** Whatever has the name that the revision of the present template would get. */
  readonly namesake: ControllerRevision | undefined;
  /** Of the set's pods, those there are and those there are to be. */
  readonly volumeClaims: readonly PersistentVolumeClaim[];
  readonly mayAdopt: boolean;
}

/** The pods by their place: those that are to be, in order, and those beyond, the last first. */
interface Line {
  readonly replicas: readonly Replica[];
  readonly condemned: readonly Pod[];
}

interface Replica {
  readonly ordinal: number;
  readonly pod: Pod | undefined;
}

interface Turn {
  readonly snapshot: StatefulSetSnapshot;
  readonly revisions: StatefulSetRevisions;
  readonly line: Line;
  readonly nowMs: number;
}

/** What to do next. `isBlocked`: nothing further may happen before something else has. */
interface Step {
  readonly actions: readonly Action[];
  readonly isBlocked: boolean;
}

/** Keeps numbered pods, one after the other unless the set allows them all at once. */
export function statefulSetActions(snapshot: StatefulSetSnapshot, nowMs: number): readonly Action[] {
  const { set, mayAdopt, namesake } = snapshot;
  const { selector = {}, minReadySeconds = 0 } = set.spec ?? {};
  const { claimed, actions } = claims(set, selector, snapshot.pods, podType, { mayAdopt });
  // Only pods that are named after the set can be its own.
  const own = claimed.filter((pod) => ordinalOf(set, pod) !== undefined);
  const revisions = statefulSetRevisions(set, snapshot.revisions);
  if (revisions.isNew && namesake) return [...actions, ...collision(set)];

  const turn: Turn = { snapshot, revisions, line: lineOf(set, own), nowMs };
  const isGoing = set.metadata.deletionTimestamp !== undefined;
  return [
    ...actions,
    ...(isGoing ? [] : [...revisions.actions, ...changes(turn).actions]),
    ...statusActions(turn),
    ...(isGoing ? [] : revisions.cleanUp(new Set(own.map(revisionOf)))),
    ...nextAvailability(own, minReadySeconds, nowMs),
  ];
}

/** First what is missing, then what is too much, and only when all that is in order the update. */
function changes(turn: Turn): Step {
  const { set } = turn.snapshot;
  const isOrdered = set.spec?.podManagementPolicy !== "Parallel";
  const steps: (() => Step)[] = [
    () => inSequence(turn.line.replicas, isOrdered, (replica) => replicaStep(turn, replica)),
    () => inSequence(turn.line.condemned, isOrdered, (pod) => condemnedStep(turn, pod, isOrdered)),
    () => (set.spec?.updateStrategy?.type === "OnDelete" ? { actions: [], isBlocked: false } : updateStep(turn)),
  ];
  return inSequence(steps, true, (step) => step());
}

/** Where order matters the first step that is blocked ends the turn; else only the next part has to wait for all. */
function inSequence<T>(items: readonly T[], isOrdered: boolean, stepFor: (item: T) => Step): Step {
  const actions: Action[] = [];
  let isBlocked = false;
  for (const item of items) {
    const step = stepFor(item);
    actions.push(...step.actions);
    isBlocked ||= step.isBlocked && isOrdered;
    if (isBlocked) break;
  }
  return { actions, isBlocked };
}

function lineOf(set: StatefulSet, pods: readonly Pod[]): Line {
  const first = firstOrdinal(set);
  const podByOrdinal = new Map(pods.map((pod) => [ordinalOf(set, pod), pod]));
  const replicas = Array.from({ length: set.spec?.replicas ?? 1 }, (_, index) => ({
    ordinal: first + index,
    pod: podByOrdinal.get(first + index),
  }));
  const kept = new Set(replicas.map(({ pod }) => pod));
  const condemned = pods
    .filter((pod) => !kept.has(pod))
    .toSorted((a, b) => (ordinalOf(set, b) ?? 0) - (ordinalOf(set, a) ?? 0));
  return { replicas, condemned };
}

function replicaStep(turn: Turn, { ordinal, pod }: Replica): Step {
  const { set, volumeClaims } = turn.snapshot;
  if (!pod) return { actions: createActions(turn, ordinal), isBlocked: true };
  // Whatever way it ended, it comes again under the same name once it is gone.
  if (isPodFinished(pod)) return { actions: isTerminating(pod) ? [] : [deletePod(set, pod)], isBlocked: true };
  const own = claimsOfPod(set, ordinal, volumeClaims);
  const missing = pod.status?.phase === "Pending" ? createClaims(set, pod, missingClaims(set, ordinal, own)) : [];
  const retention = retentionActions(set, pod, own, { isCondemned: false });
  return { actions: [...missing, ...retention], isBlocked: !isWell(turn, pod) };
}

function condemnedStep(turn: Turn, pod: Pod, isOrdered: boolean): Step {
  const { set, volumeClaims } = turn.snapshot;
  const own = claimsOfPod(set, ordinalOf(set, pod) ?? 0, volumeClaims);
  const retention = retentionActions(set, pod, own, { isCondemned: true });
  if (isTerminating(pod)) return { actions: retention, isBlocked: true };
  // While another is not well, only that one may go.
  const mustWait = isOrdered && !isAvailable(turn, pod) && firstUnwell(turn) !== pod;
  return { actions: mustWait ? retention : [...retention, deletePod(set, pod)], isBlocked: true };
}

/** Replaces the last pod that is not of the new revision, and waits for each to be well again. */
function updateStep(turn: Turn): Step {
  const { set } = turn.snapshot;
  const fewest = set.spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
  for (const { pod } of turn.line.replicas.slice(fewest).toReversed()) {
    if (!pod) return { actions: [], isBlocked: true };
    if (revisionOf(pod) !== turn.revisions.update.name && !isTerminating(pod)) {
      return { actions: [deletePod(set, pod)], isBlocked: true };
    }
    if (!isWell(turn, pod)) return { actions: [], isBlocked: true };
  }
  return { actions: [], isBlocked: false };
}

function createActions(turn: Turn, ordinal: number): readonly Action[] {
  const { set, volumeClaims } = turn.snapshot;
  const own = claimsOfPod(set, ordinal, volumeClaims);
  // A pod must not start on a volume that is about to vanish.
  if (own.some(({ metadata }) => metadata.deletionTimestamp !== undefined)) return [];
  const { name, template } = revisionFor(turn, ordinal);
  const pod = statefulPod(set, template, name, ordinal);
  return [
    ...createClaims(set, pod, missingClaims(set, ordinal, own)),
    { do: "create", type: podType, object: pod, report: statefulPodReport("Create", set, pod) },
  ];
}

/** Below the partition pods come back as they were; without one, as many as are still of the old revision. */
function revisionFor({ snapshot: { set }, revisions }: Turn, ordinal: number) {
  const { type = "RollingUpdate", rollingUpdate } = set.spec?.updateStrategy ?? {};
  const kept = rollingUpdate ? (rollingUpdate.partition ?? 0) : (set.status?.currentReplicas ?? 0);
  const isBefore = type === "RollingUpdate" && ordinal < firstOrdinal(set) + kept;
  return isBefore ? revisions.current : revisions.update;
}

function createClaims(set: StatefulSet, pod: Pod, missing: readonly PersistentVolumeClaim[]): readonly Action[] {
  return missing.map((object): Action => ({
    do: "create",
    type: persistentvolumeclaims,
    object,
    report: claimReport(set, pod, object),
  }));
}

function deletePod(set: StatefulSet, pod: Pod): Action {
  return { do: "delete", type: podType, object: pod, report: statefulPodReport("Delete", set, pod) };
}

function claimsOfPod(
  set: StatefulSet,
  ordinal: number,
  all: readonly PersistentVolumeClaim[],
): readonly PersistentVolumeClaim[] {
  const names = new Set([...claimsOf(set, ordinal).values()].map(({ metadata }) => metadata.name));
  return all.filter(({ metadata }) => names.has(metadata.name));
}

function missingClaims(
  set: StatefulSet,
  ordinal: number,
  present: readonly PersistentVolumeClaim[],
): readonly PersistentVolumeClaim[] {
  const names = new Set(present.map(({ metadata }) => metadata.name));
  return [...claimsOf(set, ordinal).values()].filter(({ metadata }) => !names.has(metadata.name));
}

const isTerminating = ({ metadata }: Pod): boolean => metadata.deletionTimestamp !== undefined;

const isAvailable = ({ snapshot: { set }, nowMs }: Turn, pod: Pod): boolean =>
  isPodAvailable(pod, set.spec?.minReadySeconds ?? 0, nowMs);

const isWell = (turn: Turn, pod: Pod): boolean => isAvailable(turn, pod) && !isTerminating(pod);

function firstUnwell(turn: Turn): Pod | undefined {
  const { replicas, condemned } = turn.line;
  const missing = replicas.find(({ pod }) => !pod || !isWell(turn, pod));
  return missing ? missing.pod : condemned.findLast((pod) => !isWell(turn, pod));
}

function statusActions({ snapshot: { set }, revisions, line, nowMs }: Turn): readonly Action[] {
  const all = [...line.replicas.flatMap(({ pod }) => pod ?? []), ...line.condemned];
  const staying = all.filter((pod) => !isTerminating(pod));
  const ready = all.filter((pod) => pod.status?.phase === "Running" && isPodReady(pod));
  const available = ready.filter((pod) => isPodAvailable(pod, set.spec?.minReadySeconds ?? 0, nowMs));
  const updated = staying.filter((pod) => revisionOf(pod) === revisions.update.name).length;
  const current = staying.filter((pod) => revisionOf(pod) === revisions.current.name).length;
  const wanted = set.spec?.replicas ?? 1;
  const isComplete =
    set.spec?.updateStrategy?.type !== "OnDelete" && [updated, ready.length, all.length].every((n) => n === wanted);
  return statusUpdate(set, {
    observedGeneration: set.metadata.generation,
    replicas: all.length,
    ...(ready.length === 0 ? {} : { readyReplicas: ready.length }),
    ...(available.length === 0 ? {} : { availableReplicas: available.length }),
    ...counted("currentReplicas", isComplete ? updated : current),
    ...counted("updatedReplicas", updated),
    currentRevision: isComplete ? revisions.update.name : revisions.current.name,
    updateRevision: revisions.update.name,
    collisionCount: set.status?.collisionCount ?? 0,
  });
}

/** Counts of zero are left out on the wire. */
const counted = <K extends string>(name: K, count: number): Partial<Record<K, number>> =>
  count === 0 ? {} : ({ [name]: count } as Record<K, number>);

/** Another template has the same hash: the count changes the hash at the next turn. */
function collision(set: StatefulSet): readonly Action[] {
  const collisionCount = (set.status?.collisionCount ?? 0) + 1;
  return statusUpdate(set, { replicas: 0, ...set.status, collisionCount });
}

function statusUpdate(set: StatefulSet, status: StatefulSetStatus): readonly Action[] {
  const object: StatefulSet = { ...set, status };
  return Bun.deepEquals(object, set) ? [] : [updateStatus(statefulsets, object)];
}
