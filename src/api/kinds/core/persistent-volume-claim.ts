import type { Kind } from "../../kind.ts";
import { persistentvolumeclaims } from "../../resources.ts";
import type { PersistentVolumeClaim } from "../../types/core-v1.ts";
import { nameColumn, ageColumn, text, wide } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { accessModesText, storageClassName } from "../volume-text.ts";

export const persistentVolumeClaim: Kind<PersistentVolumeClaim> = defineKind<PersistentVolumeClaim>({
  type: persistentvolumeclaims,
  shortNames: ["pvc"],
  columns: [
    nameColumn,
    text("Status", ({ metadata, status }) => (metadata.deletionTimestamp ? "Terminating" : (status?.phase ?? ""))),
    text("Volume", ({ spec }) => spec?.volumeName ?? ""),
    text("Capacity", ({ spec, status }) => (spec?.volumeName ? String(status?.capacity?.["storage"] ?? "0") : "")),
    text("Access Modes", ({ spec, status }) => (spec?.volumeName ? accessModesText(status?.accessModes) : "")),
    text("StorageClass", ({ metadata, spec }) => storageClassName(metadata, spec)),
    text("VolumeAttributesClass", ({ spec }) => spec?.volumeAttributesClassName ?? "<unset>"),
    ageColumn,
    wide("VolumeMode", ({ spec }) => spec?.volumeMode ?? "<unset>"),
  ],
  defaults: claimDefaults,
  subresources: [{ name: "status" }],
});

/** Also of the claims that StatefulSets make. */
export function claimDefaults(draft: PersistentVolumeClaim): void {
  if (draft.spec) draft.spec.volumeMode ??= "Filesystem";
  draft.status = { ...draft.status, phase: draft.status?.phase || "Pending" };
}
