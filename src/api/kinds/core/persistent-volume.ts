import { timestamp } from "../../../lib/time/clock.ts";
import type { WriteContext } from "../../kind.ts";
import type { Kind } from "../../kind.ts";
import { persistentvolumes } from "../../resources.ts";
import type { PersistentVolume } from "../../types/core-v1.ts";
import { nameColumn, ageColumn, text, wide } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { accessModesText, storageClassName } from "../volume-text.ts";
import { validatePersistentVolume, validatePersistentVolumeUpdate } from "./persistent-volume-validation.ts";

export const persistentVolume: Kind<PersistentVolume> = defineKind<PersistentVolume>({
  type: persistentvolumes,
  shortNames: ["pv"],
  columns: [
    nameColumn,
    text("Capacity", ({ spec }) => String(spec?.capacity?.["storage"] ?? "0")),
    text("Access Modes", ({ spec }) => accessModesText(spec?.accessModes)),
    text("Reclaim Policy", ({ spec }) => spec?.persistentVolumeReclaimPolicy ?? ""),
    text("Status", ({ metadata, status }) => (metadata.deletionTimestamp ? "Terminating" : (status?.phase ?? ""))),
    text("Claim", ({ spec }) => (spec?.claimRef ? `${spec.claimRef.namespace ?? ""}/${spec.claimRef.name ?? ""}` : "")),
    text("StorageClass", ({ metadata, spec }) => storageClassName(metadata, spec)),
    text("VolumeAttributesClass", ({ spec }) => spec?.volumeAttributesClassName ?? "<unset>"),
    text("Reason", ({ status }) => status?.reason ?? ""),
    ageColumn,
    wide("VolumeMode", ({ spec }) => spec?.volumeMode ?? "<unset>"),
  ],
  defaults(draft) {
    draft.status = { ...draft.status, phase: draft.status?.phase || "Pending" };
    if (!draft.spec) return;
    draft.spec.persistentVolumeReclaimPolicy ||= "Retain";
    draft.spec.volumeMode ??= "Filesystem";
  },
  strategy: {
    prepareCreate(draft, { now }) {
      draft.status = { phase: "Pending", lastPhaseTransitionTime: timestamp(now) };
    },
    validate: validatePersistentVolume,
    validateUpdate: validatePersistentVolumeUpdate,
    returnsDeletedObject: true,
  },
  subresources: [{ name: "status", prepareUpdate: stampPhase }],
});

function stampPhase({ status = {} }: PersistentVolume, old: PersistentVolume, { now }: WriteContext): void {
  const { phase, lastPhaseTransitionTime } = old.status ?? {};
  if (status.phase === phase) status.lastPhaseTransitionTime ??= lastPhaseTransitionTime;
  else if (!status.lastPhaseTransitionTime || status.lastPhaseTransitionTime === lastPhaseTransitionTime) {
    status.lastPhaseTransitionTime = timestamp(now);
  }
}
