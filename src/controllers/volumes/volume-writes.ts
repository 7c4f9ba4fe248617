import { compareQuantities, parseQuantity } from "../../api/quantity.ts";
import type { KubeObject, ResourceType } from "../../api/resource-type.ts";
import { persistentvolumeclaims, persistentvolumes } from "../../api/resources.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../../api/types/core-v1.ts";
import type { ObjectReference } from "../../api/types/core-v1.ts";
import { BIND_COMPLETED, BOUND_BY_CONTROLLER, hasAnnotation, isReservedFor } from "../../api/volume-claims.ts";
import type { Action, PatchAction } from "../actions.ts";

/**
 * The writes of which binding consists. Each changes only what it is about. The first of a turn to an object insists that nobody changed
 * the object meanwhile; further ones, and those to its status, only that it is still the same object.
 */

/** A volume and a claim become each other's: the volume first, so that no second claim takes it. */
export function bindActions(volume: PersistentVolume, claim: PersistentVolumeClaim): readonly Action[] {
  return [
    ...reserveActions(volume, claim),
    ...volumePhaseActions(volume, "Bound"),
    ...claimVolumeActions(claim, volume),
    ...claimStatusActions(claim, "Bound", volume),
  ];
}

function reserveActions(volume: PersistentVolume, claim: PersistentVolumeClaim): readonly Action[] {
  const { name, namespace, uid, resourceVersion } = claim.metadata;
  const current = volume.spec?.claimRef;
  const isNamed = current?.name === name && current?.namespace === namespace && current?.uid === uid;
  const isOurChoice = !isReservedFor(volume, claim) && !hasAnnotation(volume, BOUND_BY_CONTROLLER);
  if (isNamed && !isOurChoice) return [];
  const claimRef: ObjectReference = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    namespace,
    name,
    uid,
    resourceVersion,
  };
  return [
    patchUnchanged(persistentvolumes, volume, {
      ...(isOurChoice ? { metadata: { annotations: { [BOUND_BY_CONTROLLER]: "yes" } } } : {}),
      ...(isNamed ? {} : { spec: { claimRef } }),
    }),
  ];
}

/** A volume that was chosen becomes free; one that a user reserved for the name stays reserved. */
export function unbindActions(volume: PersistentVolume): readonly Action[] {
  const change = hasAnnotation(volume, BOUND_BY_CONTROLLER)
    ? { metadata: { annotations: { [BOUND_BY_CONTROLLER]: null } }, spec: { claimRef: null } }
    : { spec: { claimRef: { uid: null } } };
  return [patchUnchanged(persistentvolumes, volume, change), ...volumePhaseActions(volume, "Available")];
}

function claimVolumeActions(claim: PersistentVolumeClaim, { metadata: { name = "" } }: PersistentVolume): Action[] {
  const isChosen = claim.spec?.volumeName !== name;
  const annotations = {
    ...(isChosen && !hasAnnotation(claim, BOUND_BY_CONTROLLER) ? { [BOUND_BY_CONTROLLER]: "yes" } : {}),
    ...(hasAnnotation(claim, BIND_COMPLETED) ? {} : { [BIND_COMPLETED]: "yes" }),
  };
  if (!isChosen && Object.keys(annotations).length === 0) return [];
  const change = { metadata: { annotations }, ...(isChosen ? { spec: { volumeName: name } } : {}) };
  return [patchUnchanged(persistentvolumeclaims, claim, change)];
}

export function volumePhaseActions(volume: PersistentVolume, phase: string, message?: string): readonly Action[] {
  if (volume.status?.phase === phase) return [];
  return [patchStatus(persistentvolumes, volume, { phase, message: message ?? null })];
}

/** With an event, once. */
export function failVolumeActions(volume: PersistentVolume, reason: string, message: string): readonly Action[] {
  if (volume.status?.phase === "Failed") return [];
  return [
    ...volumePhaseActions(volume, "Failed", message),
    { do: "event", about: volume, type: "Warning", reason, message },
  ];
}

/** `volume`: what the claim has; undefined: nothing, or nothing any more. */
export function claimStatusActions(
  claim: PersistentVolumeClaim,
  phase: string,
  volume?: PersistentVolume,
): readonly Action[] {
  const { status = {} } = claim;
  const change: Record<string, unknown> = status.phase === phase ? {} : { phase };
  if (!volume) {
    for (const field of ["accessModes", "capacity", "currentVolumeAttributesClassName"] as const) {
      if (status[field] !== undefined) change[field] = null;
    }
  } else {
    const { accessModes, capacity, volumeAttributesClassName } = volume.spec ?? {};
    if (!Bun.deepEquals(status.accessModes, accessModes)) change["accessModes"] = accessModes;
    // Later the size of the claim changes when its volume has grown, which is another controller's to tell.
    if (status.phase !== phase && !isSameStorage(status.capacity, capacity)) change["capacity"] = capacity;
    if (
      status.phase === "Pending" &&
      volumeAttributesClassName !== undefined &&
      status.currentVolumeAttributesClassName !== volumeAttributesClassName
    )
      change["currentVolumeAttributesClassName"] = volumeAttributesClassName;
  }
  return Object.keys(change).length === 0 ? [] : [patchStatus(persistentvolumeclaims, claim, change)];
}

type Capacity = Readonly<Record<string, string | number>> | undefined;

function isSameStorage(a: Capacity, b: Capacity): boolean {
  const [own, other] = [a?.["storage"], b?.["storage"]];
  if (own === undefined || other === undefined) return own === other;
  return compareQuantities(parseQuantity(own), parseQuantity(other)) === 0;
}

/** Fails if somebody else has changed the object since it was looked at. */
export function patchUnchanged(
  type: ResourceType,
  { metadata }: Pick<KubeObject, "metadata">,
  change: { readonly metadata?: object; readonly spec?: object },
): PatchAction {
  const { name = "", namespace, uid, resourceVersion } = metadata;
  const patch = { ...change, metadata: { ...change.metadata, uid, resourceVersion } };
  return { do: "patch", type, key: { name, namespace }, patchType: "merge", patch, asUpdate: true };
}

export function patchStatus(
  type: ResourceType,
  { metadata }: Pick<KubeObject, "metadata">,
  status: object,
): PatchAction {
  const { name = "", namespace, uid } = metadata;
  const patch = { metadata: { uid }, status };
  return {
    do: "patch",
    type,
    key: { name, namespace },
    patchType: "merge",
    subresource: "status",
    patch,
    asUpdate: true,
  };
}
