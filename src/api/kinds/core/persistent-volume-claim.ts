import type { Kind } from "../../kind.ts";
import { persistentvolumeclaims } from "../../resources.ts";
import type { TypedLocalObjectReference } from "../../types/core-v1.ts";
import type { PersistentVolumeClaim } from "../../types/core-v1.ts";
import { nameColumn, ageColumn, text, wide } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { accessModesText, storageClassName } from "../volume-text.ts";
import { validateClaim, validateClaimStatus, validateClaimUpdate } from "./persistent-volume-claim-validation.ts";

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
  strategy: {
    prepareCreate(draft) {
      draft.status = { phase: "Pending" };
      normalizeDataSources(draft, undefined);
    },
    prepareUpdate: normalizeDataSources,
    validate: validateClaim,
    validateUpdate: validateClaimUpdate,
    returnsDeletedObject: true,
  },
  subresources: [{ name: "status", validateUpdate: validateClaimStatus }],
});

/** Also of the claims that StatefulSets make. */
export function claimDefaults(draft: PersistentVolumeClaim): void {
  if (draft.spec) draft.spec.volumeMode ??= "Filesystem";
  draft.status = { ...draft.status, phase: draft.status?.phase || "Pending" };
}

/** dataSource is the older field: it knows claims and snapshots only, anything else in it is dropped without a word. */
function normalizeDataSources({ spec }: PersistentVolumeClaim, old: PersistentVolumeClaim | undefined): void {
  if (!spec) return;
  const isInUse = old?.spec?.dataSource !== undefined || old?.spec?.dataSourceRef !== undefined;
  if (!isInUse && !spec.dataSourceRef && !isClaimOrSnapshot(spec.dataSource)) delete spec.dataSource;
  if (spec.dataSource) spec.dataSourceRef ??= { ...spec.dataSource };
  else if (spec.dataSourceRef && !spec.dataSourceRef.namespace) {
    const { namespace: _, ...dataSource } = spec.dataSourceRef;
    spec.dataSource = dataSource;
  }
}

function isClaimOrSnapshot(source: TypedLocalObjectReference | undefined): boolean {
  if (source?.kind === "PersistentVolumeClaim") return !source.apiGroup;
  return source?.kind === "VolumeSnapshot" && source.apiGroup === "snapshot.storage.k8s.io";
}
