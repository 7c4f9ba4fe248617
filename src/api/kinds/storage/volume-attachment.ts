import type { Kind } from "../../kind.ts";
import { volumeattachments } from "../../resources.ts";
import type { VolumeAttachment } from "../../types/storage-v1.ts";
import { nameColumn, ageColumn, text, boolean } from "../columns.ts";
import { defineKind } from "../define-kind.ts";
import { keepOldMetadata } from "../status-metadata.ts";
import { validateVolumeAttachment, validateVolumeAttachmentUpdate } from "./volume-attachment-validation.ts";

export const volumeAttachment: Kind<VolumeAttachment> = defineKind<VolumeAttachment>({
  type: volumeattachments,
  columns: [
    nameColumn,
    { ...text<VolumeAttachment>("Attacher", ({ spec }) => spec.attacher), format: "name" },
    text("PV", ({ spec }) => spec.source.persistentVolumeName ?? ""),
    text("Node", ({ spec }) => spec.nodeName),
    boolean("Attached", ({ status }) => status?.attached ?? false),
    ageColumn,
  ],
  strategy: {
    validate: validateVolumeAttachment,
    validateUpdate: validateVolumeAttachmentUpdate,
    returnsDeletedObject: true,
    allowsUnconditionalUpdate: false,
  },
  subresources: [{ name: "status", prepareUpdate: keepOldMetadata }],
});
