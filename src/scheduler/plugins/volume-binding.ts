import { labelSelectorOf } from "../../api/label-selector.ts";
import { compareQuantities, parseQuantity } from "../../api/quantity.ts";
import type { Node, PersistentVolume, PersistentVolumeClaim } from "../../api/types/core-v1.ts";
import type { CSIStorageCapacity, StorageClass } from "../../api/types/storage-v1.ts";
import {
  claimNameOf,
  classNameOf,
  foreignClaimProblem,
  isFullyBound,
  isReachableFrom,
  matchingVolume,
  requestedStorage,
  SELECTED_NODE,
  waitsForConsumer,
} from "../../api/volume-claims.ts";
import type { ClusterView } from "../cluster-view.ts";
import type { Plugin, Rejection } from "../plugin.ts";
import type { PodFacts } from "../pod-facts.ts";
import type { PodVolumes, VolumeBindingPair } from "../pod-volumes.ts";
import type { StorageView } from "../storage-view.ts";

const NODE_CONFLICT = "node(s) didn't match PersistentVolume's node affinity";
const NO_MATCH = "node(s) didn't find available persistent volumes to bind";
const NO_SPACE = "node(s) did not have enough free storage";
const NO_VOLUME = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)";

/** The provisioner of classes whose volumes an administrator makes. */
const NO_PROVISIONER = "kubernetes.io/no-provisioner";

/** A pod goes where its volumes can be reached, or can be had. */
export const volumeBinding: Plugin = {
  name: "VolumeBinding",
  helpfulChanges: ["node-added", "node-updated", "claim-changed", "volume-changed", "storage-changed", "pod-changed"],
  examine(pod, cluster) {
    if (pod.claimKeys.length === 0) return undefined;
    const claims = claimsOf(pod, cluster.storage);
    if (typeof claims === "string") return { refusal: claims };
    const found = new Map<string, Found>();
    const find = (node: Node): Found => {
      const name = node.metadata.name ?? "";
      const known = found.get(name) ?? volumesOn(node, claims, cluster.storage);
      found.set(name, known);
      return known;
    };
    return {
      filter({ node }): Rejection | undefined {
        const { reasons } = find(node);
        return reasons.length === 0 ? undefined : { reasons, isResolvable: false };
      },
      volumes: ({ node }) => find(node).volumes,
    };
  },
  isHelpedBy(change, pod) {
    if (change.type !== "claim-changed") return true;
    const { namespace = "", name = "" } = change.claim.metadata;
    return pod.claimKeys.includes(`${namespace}/${name}`);
  },
};

interface PodClaims {
  readonly bound: readonly PersistentVolumeClaim[];
  /** They get their volume with the pod's node. */
  readonly delayed: readonly PersistentVolumeClaim[];
}

/** Or why the pod can go nowhere for now. */
function claimsOf({ pod }: PodFacts, storage: StorageView): PodClaims | string {
  const bound: PersistentVolumeClaim[] = [];
  const delayed: PersistentVolumeClaim[] = [];
  let hasImmediate = false;
  for (const volume of pod.spec?.volumes ?? []) {
    const name = claimNameOf(pod, volume);
    if (name === undefined) continue;
    const claim = storage.claim(`${pod.metadata.namespace ?? ""}/${name}`);
    const quoted = JSON.stringify(name);
    if (!claim) {
      return volume.ephemeral
        ? `waiting for ephemeral volume controller to create the persistentvolumeclaim ${quoted}`
        : `persistentvolumeclaim ${quoted} not found`;
    }
    if (claim.status?.phase === "Lost") {
      const lost = JSON.stringify(claim.spec?.volumeName ?? "");
      return `persistentvolumeclaim ${quoted} bound to non-existent persistentvolume ${lost}`;
    }
    if (claim.metadata.deletionTimestamp !== undefined) return `persistentvolumeclaim ${quoted} is being deleted`;
    const problem = volume.ephemeral && foreignClaimProblem(claim, pod);
    if (problem !== undefined) return problem;
    const isDelayed = waitsForConsumer(storage.storageClass(classNameOf(claim))) && !claim.spec?.volumeName;
    if (isFullyBound(claim)) bound.push(claim);
    else if (isDelayed) delayed.push(claim);
    else hasImmediate = true;
  }
  return hasImmediate ? "pod has unbound immediate PersistentVolumeClaims" : { bound, delayed };
}

interface Found {
  readonly reasons: readonly string[];
  readonly volumes: PodVolumes;
}

function volumesOn(node: Node, { bound, delayed }: PodClaims, storage: StorageView): Found {
  const reasons = new Set<string>();
  for (const { spec } of bound) {
    const volume = storage.volume(spec?.volumeName ?? "");
    if (!volume) reasons.add(NO_VOLUME);
    else if (!isReachableFrom(volume, node)) reasons.add(NODE_CONFLICT);
  }
  const bindings: VolumeBindingPair[] = [];
  const provisions: PersistentVolumeClaim[] = [];
  const taken = new Set<string>();
  for (const claim of delayed.toSorted(smallestFirst)) {
    const selected = claim.metadata.annotations?.[SELECTED_NODE];
    const volume = selected === undefined ? availableVolume(claim, node, taken, storage) : undefined;
    if (volume) {
      taken.add(volume.metadata.name ?? "");
      bindings.push({ volume, claim });
      continue;
    }
    const problem =
      selected === undefined || selected === node.metadata.name ? unmakable(claim, node, storage) : NO_MATCH;
    if (problem === undefined) provisions.push(claim);
    else reasons.add(problem);
  }
  return { reasons: inOrder(reasons), volumes: { bindings, provisions } };
}

const inOrder = (reasons: ReadonlySet<string>): readonly string[] =>
  [NODE_CONFLICT, NO_MATCH, NO_SPACE, NO_VOLUME].filter((reason) => reasons.has(reason));

const smallestFirst = (a: PersistentVolumeClaim, b: PersistentVolumeClaim): number =>
  compareQuantities(requestedStorage(a), requestedStorage(b));

const availableVolume = (
  claim: PersistentVolumeClaim,
  node: Node,
  taken: ReadonlySet<string>,
  storage: StorageView,
): PersistentVolume | undefined =>
  matchingVolume(claim, storage.volumesOfClass(classNameOf(claim)), { node, taken, isDelayed: true });

/** Why no volume can be made for the claim that the node would reach. */
function unmakable(claim: PersistentVolumeClaim, node: Node, storage: StorageView): string | undefined {
  const storageClass = storage.storageClass(classNameOf(claim));
  if (!storageClass || storageClass.provisioner === NO_PROVISIONER || !isAllowedOn(node, storageClass)) return NO_MATCH;
  return hasSpace(claim, node, storageClass, storage) ? undefined : NO_SPACE;
}

function isAllowedOn({ metadata }: Node, { allowedTopologies = [] }: StorageClass): boolean {
  if (allowedTopologies.length === 0) return true;
  return allowedTopologies.some(({ matchLabelExpressions = [] }) =>
    matchLabelExpressions.every(({ key, values }) => values.includes(metadata.labels?.[key] ?? "")),
  );
}

/** Only drivers that say so tell how much space they have. */
function hasSpace(
  claim: PersistentVolumeClaim,
  node: Node,
  { provisioner, metadata }: StorageClass,
  storage: StorageView,
): boolean {
  if (storage.driver(provisioner)?.spec.storageCapacity !== true) return true;
  const requested = requestedStorage(claim);
  const suffices = ({ maximumVolumeSize, capacity }: CSIStorageCapacity): boolean => {
    const limit = maximumVolumeSize ?? capacity;
    return limit !== undefined && compareQuantities(parseQuantity(limit), requested) >= 0;
  };
  return storage
    .capacities()
    .some(
      (each) =>
        each.storageClassName === metadata.name &&
        suffices(each) &&
        labelSelectorOf(each.nodeTopology).matches(node.metadata.labels),
    );
}

export const podVolumesOf = (pod: PodFacts, cluster: ClusterView): readonly PersistentVolume[] =>
  pod.claimKeys.flatMap((key) => cluster.storage.volume(cluster.storage.claim(key)?.spec?.volumeName ?? "") ?? []);
