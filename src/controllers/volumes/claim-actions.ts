import { persistentvolumeclaims } from "../../api/resources.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../../api/types/core-v1.ts";
import type { StorageClass } from "../../api/types/storage-v1.ts";
import {
  BIND_COMPLETED,
  BOUND_BY_CONTROLLER,
  classNameOf,
  hasAnnotation,
  isReservedFor,
  matchingVolume,
  mismatch,
  saysItsClass,
  SELECTED_NODE,
  STORAGE_PROVISIONER,
  waitsForConsumer,
} from "../../api/volume-claims.ts";
import type { Action } from "../actions.ts";
import { bindActions, claimStatusActions, patchUnchanged } from "./volume-writes.ts";

export interface ClaimSnapshot {
  readonly claim: PersistentVolumeClaim;
  /** The one it names. */
  readonly volume: PersistentVolume | undefined;
  /** All there are, for a claim that names none. */
  readonly volumes: readonly PersistentVolume[];
  readonly storageClass: StorageClass | undefined;
  readonly defaultClass: StorageClass | undefined;
  /** Pods that use it and have no node yet. */
  readonly waitingPods: readonly string[];
}

/** Kubernetes keeps plugins of this prefix in its own code, and has none left. */
const IN_TREE_PREFIX = "kubernetes.io/";
const BETA_STORAGE_PROVISIONER = "volume.beta.kubernetes.io/storage-provisioner";

export function claimActions(snapshot: ClaimSnapshot): readonly Action[] {
  if (hasAnnotation(snapshot.claim, BIND_COMPLETED)) return boundClaimActions(snapshot);
  return (snapshot.claim.spec?.volumeName ?? "") === "" ? choiceActions(snapshot) : namedVolumeActions(snapshot);
}

/** It has had a volume. */
function boundClaimActions({ claim, volume }: ClaimSnapshot): readonly Action[] {
  if ((claim.spec?.volumeName ?? "") === "") {
    return lost(claim, "ClaimLost", "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!");
  }
  if (!volume)
    return lost(claim, "ClaimLost", "Bound claim has lost its PersistentVolume. Data on the volume is lost!");
  const holder = volume.spec?.claimRef?.uid;
  if (volume.spec?.claimRef && holder !== claim.metadata.uid) {
    return lost(claim, "ClaimMisbound", "Two claims are bound to the same volume, this one is bound incorrectly");
  }
  return bindActions(volume, claim);
}

function lost(claim: PersistentVolumeClaim, reason: string, message: string): readonly Action[] {
  if (claim.status?.phase === "Lost") return [];
  return [...claimStatusActions(claim, "Lost"), { do: "event", about: claim, type: "Warning", reason, message }];
}

/** It leaves the choice to us. */
function choiceActions(snapshot: ClaimSnapshot): readonly Action[] {
  const { claim, volumes, storageClass, defaultClass } = snapshot;
  const isDelayed = waitsForConsumer(storageClass);
  const volume = matchingVolume(claim, volumes, { isDelayed });
  if (volume) return bindActions(volume, claim);
  if (!saysItsClass(claim) && defaultClass) {
    return [patchUnchanged(persistentvolumeclaims, claim, { spec: { storageClassName: defaultClass.metadata.name } })];
  }
  if (isDelayed && !hasAnnotation(claim, SELECTED_NODE)) return pending(claim, consumerEvent(snapshot));
  if (classNameOf(claim) !== "") return provisioningActions(snapshot);
  const message = "no persistent volumes available for this claim and no storage class is set";
  return pending(claim, { do: "event", about: claim, type: "Normal", reason: "FailedBinding", message });
}

function consumerEvent({ claim, waitingPods }: ClaimSnapshot): Action {
  const [first] = waitingPods;
  const message =
    first === undefined
      ? "waiting for first consumer to be created before binding"
      : waitingPods.length === 1
        ? `waiting for pod ${first} to be scheduled`
        : `waiting for pods ${waitingPods.join(",")} to be scheduled`;
  const reason = first === undefined ? "WaitForFirstConsumer" : "WaitForPodScheduled";
  return { do: "event", about: claim, type: "Normal", reason, message };
}

/** Tells whoever makes volumes of the class that one is wanted. */
function provisioningActions({ claim, storageClass }: ClaimSnapshot): readonly Action[] {
  if (!storageClass) {
    const message = `storageclass.storage.k8s.io ${JSON.stringify(classNameOf(claim))} not found`;
    return [{ do: "event", about: claim, type: "Warning", reason: "ProvisioningFailed", message }];
  }
  const { provisioner } = storageClass;
  if (provisioner.startsWith(IN_TREE_PREFIX)) {
    const message = "no volume plugin matched";
    return [{ do: "event", about: claim, type: "Warning", reason: "ProvisioningFailed", message }];
  }
  const annotations = { [BETA_STORAGE_PROVISIONER]: provisioner, [STORAGE_PROVISIONER]: provisioner };
  const isTold = claim.metadata.annotations?.[STORAGE_PROVISIONER] === provisioner;
  const message =
    `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. ` +
    "If volume creation is delayed, please verify that the provisioner is running and correctly registered.";
  return [
    ...(isTold ? [] : [patchUnchanged(persistentvolumeclaims, claim, { metadata: { annotations } })]),
    { do: "event", about: claim, type: "Normal", reason: "ExternalProvisioning", message },
  ];
}

/** It wants one volume and no other. */
function namedVolumeActions({ claim, volume }: ClaimSnapshot): readonly Action[] {
  if (!volume) return claimStatusActions(claim, "Pending");
  if (isReservedFor(volume, claim)) return bindActions(volume, claim);
  const name = JSON.stringify(volume.metadata.name);
  if (volume.spec?.claimRef) {
    const message = `volume ${name} already bound to a different claim.`;
    const event: Action = { do: "event", about: claim, type: "Warning", reason: "FailedBinding", message };
    return hasAnnotation(claim, BOUND_BY_CONTROLLER) ? [event] : pending(claim, event);
  }
  const problem = mismatch(volume, claim);
  if (problem === undefined) return bindActions(volume, claim);
  const message = `Cannot bind to requested volume ${name}: ${problem}`;
  return pending(claim, { do: "event", about: claim, type: "Warning", reason: "VolumeMismatch", message });
}

const pending = (claim: PersistentVolumeClaim, event: Action): readonly Action[] => [
  event,
  ...claimStatusActions(claim, "Pending"),
];
