import { dirname, join, resolve } from "node:path";

import { compareQuantities, parseQuantity } from "../../api/quantity.ts";
import { persistentvolumeclaims, persistentvolumes, storageclasses } from "../../api/resources.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../../api/types/core-v1.ts";
import type { StorageClass } from "../../api/types/storage-v1.ts";
import {
  classNameOf,
  hasAnnotation,
  isFullyBound,
  PROVISIONED_BY,
  requestedStorage,
  SELECTED_NODE,
  STORAGE_PROVISIONER,
  storageCapacity,
  waitsForConsumer,
} from "../../api/volume-claims.ts";
import { keyOf } from "../../client/object-key.ts";
import type { Action } from "../actions.ts";
import { defineController, systemAccount, watch } from "../controller.ts";
import { patchStatus, patchUnchanged } from "./volume-writes.ts";

/** Makes a directory of this host for every claim of a class that names it, lets it grow, and removes it with its volume. */
export const DIRECTORY_PROVISIONER = "kube.local/directory";

/** Keeps the volume's object until its directory is removed; the name is the one that provisioners of Kubernetes share. */
const FINALIZER = "external-provisioner.volume.kubernetes.io/finalizer";

interface ProvisioningSnapshot {
  readonly claim: PersistentVolumeClaim;
  readonly storageClass: StorageClass | undefined;
  /** The one that was made for the claim. */
  readonly volume: PersistentVolume | undefined;
  /** Where directories are made. */
  readonly folder: string;
}

interface DeletionSnapshot {
  readonly madeVolume: PersistentVolume;
  readonly folder: string;
}

export function directoryProvisioner(folder: string) {
  return defineController<ProvisioningSnapshot | DeletionSnapshot>({
    name: DIRECTORY_PROVISIONER,
    user: systemAccount("persistent-volume-binder"),
    connect({ informers }) {
      const claims = informers.informer(persistentvolumeclaims);
      const volumes = informers.informer(persistentvolumes);
      const classes = informers.informer(storageclasses);
      return {
        watches: [
          watch(claims, (claim) => (isOurs(claim) ? [keyOf(claim)] : [])),
          watch(volumes, (volume) => {
            if (!isMadeByUs(volume)) return [];
            const { namespace = "", name = "" } = volume.spec?.claimRef ?? {};
            return [keyOf(volume), `${namespace}/${name}`];
          }),
          watch(classes, () => claims.list().filter(isWaiting).map(keyOf)),
        ],
        snapshot(key) {
          const claim = claims.get(key);
          if (claim && isOurs(claim)) {
            const storageClass = classes.get(classNameOf(claim));
            return { claim, storageClass, volume: volumes.get(volumeNameOf(claim)), folder };
          }
          const madeVolume = volumes.get(key);
          return madeVolume && isMadeByUs(madeVolume) ? { madeVolume, folder } : undefined;
        },
      };
    },
    reconcile: directoryActions,
  });
}

export const directoryActions = (snapshot: ProvisioningSnapshot | DeletionSnapshot): readonly Action[] =>
  "claim" in snapshot ? claimDirectoryActions(snapshot) : deletionActions(snapshot);

const isOurs = ({ metadata }: PersistentVolumeClaim): boolean =>
  metadata.annotations?.[STORAGE_PROVISIONER] === DIRECTORY_PROVISIONER;

const isMadeByUs = ({ metadata }: PersistentVolume): boolean =>
  metadata.annotations?.[PROVISIONED_BY] === DIRECTORY_PROVISIONER;

const isWaiting = (claim: PersistentVolumeClaim): boolean => isOurs(claim) && !isFullyBound(claim);

const volumeNameOf = ({ metadata }: PersistentVolumeClaim): string => `pvc-${metadata.uid ?? ""}`;

function claimDirectoryActions(snapshot: ProvisioningSnapshot): readonly Action[] {
  const { claim, storageClass, volume } = snapshot;
  if (claim.metadata.deletionTimestamp !== undefined) return [];
  if (isFullyBound(claim)) return volume ? growthActions(claim, volume) : [];
  if (volume || !storageClass || storageClass.provisioner !== DIRECTORY_PROVISIONER) return [];
  if (waitsForConsumer(storageClass) && !hasAnnotation(claim, SELECTED_NODE)) return [];
  const name = volumeNameOf(claim);
  const text = JSON.stringify(keyOf(claim));
  const begins = normal(claim, "Provisioning", `External provisioner is provisioning volume for claim ${text}`);
  const problem = impossibility(claim, storageClass);
  if (problem !== undefined) {
    const message = `failed to provision volume with StorageClass ${JSON.stringify(classNameOf(claim))}: ${problem}`;
    return [begins, { do: "event", about: claim, type: "Warning", reason: "ProvisioningFailed", message }];
  }
  const made = newVolume(snapshot, storageClass);
  return [
    begins,
    { do: "directory", change: "make", path: made.spec?.hostPath?.path ?? "" },
    { do: "create", type: persistentvolumes, object: made },
    normal(claim, "ProvisioningSucceeded", `Successfully provisioned volume ${name}`),
  ];
}

/** What the claim asks for and a directory cannot be. */
function impossibility({ spec }: PersistentVolumeClaim, storageClass: StorageClass): string | undefined {
  if (spec?.volumeMode === "Block") return "a directory cannot serve as a block volume";
  if (spec?.selector) return "claim Selector is not supported";
  if (spec?.dataSourceRef ?? spec?.dataSource) return "volumes with a data source are not supported";
  if ((storageClass.mountOptions ?? []).length > 0) return "mount options are not supported";
  const [parameter] = Object.keys(storageClass.parameters ?? {});
  return parameter === undefined ? undefined : `unknown parameter ${JSON.stringify(parameter)}`;
}

function newVolume({ claim, folder }: ProvisioningSnapshot, storageClass: StorageClass): PersistentVolume {
  const { name: claimName = "", namespace = "", uid, resourceVersion } = claim.metadata;
  const name = volumeNameOf(claim);
  const { reclaimPolicy = "Delete" } = storageClass;
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: {
      name,
      annotations: { [PROVISIONED_BY]: DIRECTORY_PROVISIONER },
      ...(reclaimPolicy === "Delete" ? { finalizers: [FINALIZER] } : {}),
    },
    spec: {
      capacity: { storage: claim.spec?.resources?.requests?.["storage"] ?? "0" },
      accessModes: [...(claim.spec?.accessModes ?? [])],
      persistentVolumeReclaimPolicy: reclaimPolicy,
      storageClassName: classNameOf(claim),
      volumeMode: "Filesystem",
      ...(claim.spec?.volumeAttributesClassName
        ? { volumeAttributesClassName: claim.spec.volumeAttributesClassName }
        : {}),
      claimRef: {
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        namespace,
        name: claimName,
        uid,
        resourceVersion,
      },
      // Users look for their files by these names.
      hostPath: { path: join(folder, `${name}_${namespace}_${claimName}`), type: "Directory" },
    },
  };
}

/** A directory has no size of its own: it is as large as it is said to be. */
function growthActions(claim: PersistentVolumeClaim, volume: PersistentVolume): readonly Action[] {
  const requested = requestedStorage(claim);
  const isLarger = (than: string | number | undefined): boolean =>
    than !== undefined && compareQuantities(requested, parseQuantity(than)) > 0;
  if (!isLarger(claim.status?.capacity?.["storage"])) return [];
  const storage = claim.spec?.resources?.requests?.["storage"];
  const mustGrow = compareQuantities(requested, storageCapacity(volume)) > 0;
  return [
    normal(claim, "Resizing", `External resizer is resizing volume ${volume.metadata.name ?? ""}`),
    ...(mustGrow ? [patchUnchanged(persistentvolumes, volume, { spec: { capacity: { storage } } })] : []),
    patchStatus(persistentvolumeclaims, claim, {
      capacity: { storage },
      allocatedResources: { storage },
    }),
    normal(claim, "VolumeResizeSuccessful", "Resize volume succeeded"),
  ];
}

function deletionActions({ madeVolume: volume, folder }: DeletionSnapshot): readonly Action[] {
  const { spec, status, metadata } = volume;
  if (status?.phase !== "Released" || spec?.persistentVolumeReclaimPolicy !== "Delete") return [];
  const { finalizers = [], deletionTimestamp } = metadata;
  if (deletionTimestamp !== undefined && !finalizers.includes(FINALIZER)) return [];
  const others = finalizers.filter((finalizer) => finalizer !== FINALIZER);
  const path = spec.hostPath?.path ?? "";
  const failed = (message: string): Action => ({
    do: "event",
    about: volume,
    type: "Warning",
    reason: "VolumeFailedDelete",
    message,
  });
  // Anyone who may write volumes can say that we made one.
  if (dirname(resolve(path)) !== folder) return [failed(`${JSON.stringify(path)} is no directory of this provisioner`)];
  return [
    {
      do: "directory",
      change: "remove",
      path,
      ifItFails: ({ message }) => [failed(message)],
    },
    // Then it comes again, on its way out.
    deletionTimestamp === undefined
      ? { do: "delete", type: persistentvolumes, object: volume }
      : patchUnchanged(persistentvolumes, volume, { metadata: { finalizers: others.length === 0 ? null : others } }),
  ];
}

const normal = (about: PersistentVolumeClaim, reason: string, message: string): Action => ({
  do: "event",
  about,
  type: "Normal",
  reason,
  message,
});
