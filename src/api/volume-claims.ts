import { storageClassName } from "./kinds/volume-text.ts";
import { labelSelectorOf } from "./label-selector.ts";
import { matchesNodeSelector } from "./node-selector.ts";
import { controllerOf } from "./owner-references.ts";
import { compareQuantities, parseQuantity, ZERO, type Amount } from "./quantity.ts";
import type { Node, PersistentVolume, PersistentVolumeClaim, Pod, Volume } from "./types/core-v1.ts";
import type { StorageClass } from "./types/storage-v1.ts";

/** What controllers, scheduler and node must agree on about volumes and the claims to them. */

/** The claim and its volume have found each other, for good. */
export const BIND_COMPLETED = "pv.kubernetes.io/bind-completed";
/** Nobody asked for just this one; it was chosen. */
export const BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";
export const PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";
/** The node of the pod for which a volume is to be made. */
export const SELECTED_NODE = "volume.kubernetes.io/selected-node";
export const STORAGE_PROVISIONER = "volume.kubernetes.io/storage-provisioner";

const DEFAULT_CLASS_ANNOTATIONS = [
  "storageclass.kubernetes.io/is-default-class",
  "storageclass.beta.kubernetes.io/is-default-class",
];

/** Of a claim or volume; empty: of no class. */
export const classNameOf = ({ metadata, spec }: PersistentVolumeClaim | PersistentVolume): string =>
  storageClassName(metadata, spec);

/** A claim may say that it wants no class, which is not the same as saying nothing. */
export const saysItsClass = ({ metadata, spec }: PersistentVolumeClaim): boolean =>
  spec?.storageClassName !== undefined ||
  metadata.annotations?.["volume.beta.kubernetes.io/storage-class"] !== undefined;

/** Of several defaults the youngest counts, as upstream decided. */
export function defaultStorageClass(classes: readonly StorageClass[]): StorageClass | undefined {
  const age = ({ metadata }: StorageClass): string => metadata.creationTimestamp ?? "";
  const name = ({ metadata }: StorageClass): string => metadata.name ?? "";
  return classes
    .filter(({ metadata }) => DEFAULT_CLASS_ANNOTATIONS.some((key) => metadata.annotations?.[key] === "true"))
    .toSorted((a, b) => (age(a) === age(b) ? (name(a) < name(b) ? -1 : 1) : age(a) > age(b) ? -1 : 1))[0];
}

/** Whether claims of the class wait for a pod that uses them. */
export const waitsForConsumer = (storageClass: StorageClass | undefined): boolean =>
  storageClass?.volumeBindingMode === "WaitForFirstConsumer";

export const hasAnnotation = ({ metadata }: Pick<PersistentVolumeClaim, "metadata">, key: string): boolean =>
  metadata.annotations?.[key] !== undefined;

/** Whether the claim has its volume. */
export const isFullyBound = (claim: PersistentVolumeClaim): boolean =>
  (claim.spec?.volumeName ?? "") !== "" && hasAnnotation(claim, BIND_COMPLETED);

/** Whether the volume is meant for the claim; a user may have reserved it for a name. */
export function isReservedFor({ spec }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  const { name, namespace, uid = "" } = spec?.claimRef ?? {};
  return name === metadata.name && namespace === metadata.namespace && (uid === "" || uid === metadata.uid);
}

/** The name of the claim that a volume of a pod draws from; undefined for volumes of other kinds. */
export function claimNameOf({ metadata }: Pod, { name, persistentVolumeClaim, ephemeral }: Volume): string | undefined {
  return persistentVolumeClaim?.claimName ?? (ephemeral ? `${metadata.name ?? ""}-${name}` : undefined);
}

/** The names of the claims that a pod draws from. */
export const claimNamesOf = (pod: Pod): readonly string[] =>
  (pod.spec?.volumes ?? []).flatMap((volume) => claimNameOf(pod, volume) ?? []);

/** The same as `namespace/name`. */
export const claimKeysOf = (pod: Pod): readonly string[] =>
  claimNamesOf(pod).map((name) => `${pod.metadata.namespace ?? ""}/${name}`);

/** Why a claim cannot serve as a pod's ephemeral volume: it happens to have the name, and is somebody else's. */
export function foreignClaimProblem({ metadata }: PersistentVolumeClaim, pod: Pod): string | undefined {
  if (controllerOf({ metadata })?.uid === pod.metadata.uid) return undefined;
  const { namespace = "", name = "" } = pod.metadata;
  return `PVC ${metadata.namespace ?? ""}/${metadata.name ?? ""} was not created for pod ${namespace}/${name} (pod is not owner)`;
}

export const isReachableFrom = ({ spec }: PersistentVolume, node: Node): boolean =>
  spec?.nodeAffinity?.required === undefined || matchesNodeSelector(spec.nodeAffinity.required, node);

export const requestedStorage = ({ spec }: PersistentVolumeClaim): Amount =>
  parseQuantity(spec?.resources?.requests?.["storage"] ?? "0");

export const storageCapacity = ({ spec }: PersistentVolume): Amount => {
  const capacity = spec?.capacity?.["storage"];
  return capacity === undefined ? ZERO : parseQuantity(capacity);
};

/** Why a volume, named by the claim, cannot be the claim's: the end of a VolumeMismatch event. */
export function mismatch(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  const { name = "", deletionTimestamp } = volume.metadata;
  if (deletionTimestamp !== undefined) return `the volume is marked for deletion ${JSON.stringify(name)}`;
  if (compareQuantities(storageCapacity(volume), requestedStorage(claim)) < 0) return "requested PV is too small";
  if (classNameOf(volume) !== classNameOf(claim)) return "storageClassName does not match";
  if (!haveSameAttributes(volume, claim)) return "volumeAttributesClassName does not match";
  if (!haveSameMode(volume, claim)) return "incompatible volumeMode";
  return offersModes(volume, claim) ? undefined : "incompatible accessMode";
}

export const haveSameMode = (volume: PersistentVolume, claim: PersistentVolumeClaim): boolean =>
  (volume.spec?.volumeMode ?? "Filesystem") === (claim.spec?.volumeMode ?? "Filesystem");

export interface VolumeChoice {
  /** The volume must be reachable from it; undefined: no node is known yet. */
  readonly node?: Node;
  /** Names of volumes that are taken. */
  readonly taken?: ReadonlySet<string>;
  /** The claim waits for a pod: before there is a node it gets nothing but what is reserved for it. */
  readonly isDelayed: boolean;
}

/** The volume that suits a claim best: one reserved for it, else the smallest that is large enough. */
export function matchingVolume(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
  { node, taken, isDelayed }: VolumeChoice,
): PersistentVolume | undefined {
  const requested = requestedStorage(claim);
  const selector = claim.spec?.selector && labelSelectorOf(claim.spec.selector);
  const isReachable = (volume: PersistentVolume): boolean => !node || isReachableFrom(volume, node);
  const usable = volumes.filter(
    (volume) =>
      !taken?.has(volume.metadata.name ?? "") &&
      (!volume.spec?.claimRef || isReservedFor(volume, claim)) &&
      compareQuantities(storageCapacity(volume), requested) >= 0 &&
      haveSameMode(volume, claim) &&
      haveSameAttributes(volume, claim) &&
      volume.metadata.deletionTimestamp === undefined &&
      offersModes(volume, claim),
  );
  const reserved = usable.find((volume) => isReservedFor(volume, claim));
  if (reserved) return isReachable(reserved) ? reserved : undefined;
  if (!node && isDelayed) return undefined;
  const className = classNameOf(claim);
  return usable
    .filter(
      (volume) =>
        volume.status?.phase === "Available" &&
        selector?.matches(volume.metadata.labels) !== false &&
        classNameOf(volume) === className &&
        isReachable(volume),
    )
    .reduce<PersistentVolume | undefined>(
      (best, volume) => (best && isAsGood(best, volume) ? best : volume),
      undefined,
    );
}

/** Few access modes first, then little space: the claim gets what is closest to its wish. */
function isAsGood(best: PersistentVolume, other: PersistentVolume): boolean {
  const modes = (volume: PersistentVolume): number => new Set(volume.spec?.accessModes).size;
  if (modes(best) !== modes(other)) return modes(best) < modes(other);
  return compareQuantities(storageCapacity(best), storageCapacity(other)) <= 0;
}

const offersModes = (volume: PersistentVolume, claim: PersistentVolumeClaim): boolean =>
  (claim.spec?.accessModes ?? []).every((mode) => volume.spec?.accessModes?.includes(mode) === true);

const haveSameAttributes = (volume: PersistentVolume, claim: PersistentVolumeClaim): boolean =>
  (volume.spec?.volumeAttributesClassName ?? "") === (claim.spec?.volumeAttributesClassName ?? "");
