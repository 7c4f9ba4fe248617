import { checkDnsSubdomain } from "../../field-checks.ts";
import { child, type FieldErrors } from "../../field-errors.ts";
import { IMMUTABLE } from "../../meta-validation.ts";
import { semanticEqual } from "../../semantic-equal.ts";
import type { VolumeAttachment, VolumeAttachmentSource, VolumeAttachmentSpec } from "../../types/storage-v1.ts";
import { validateCsiDriverName } from "../core/pod/storage-volume-validation.ts";

/** Upstream's ValidateVolumeAttachment, without what inline volumes, of migrated drivers, would need. */
export function validateVolumeAttachment({ spec }: VolumeAttachment, errors: FieldErrors): void {
  validateCsiDriverName(spec.attacher, "spec.attacher", errors);
  validateSource(spec.source, "spec.source", errors);
  checkDnsSubdomain(spec.nodeName, "spec.nodeName", errors);
  const { persistentVolumeName } = spec.source;
  if (persistentVolumeName !== undefined) {
    checkDnsSubdomain(persistentVolumeName, "spec.source.persistentVolumeName", errors);
  }
}

export function validateVolumeAttachmentUpdate(
  { spec }: VolumeAttachment,
  old: VolumeAttachment,
  errors: FieldErrors,
): void {
  if (!semanticEqual(spec, old.spec)) errors.invalid("spec", internalSpec(spec), IMMUTABLE);
}

/** As upstream shows it: in its own form. */
const internalSpec = ({ attacher, source, nodeName }: VolumeAttachmentSpec): object => ({
  Attacher: attacher,
  Source: {
    PersistentVolumeName: source.persistentVolumeName ?? null,
    InlineVolumeSpec: source.inlineVolumeSpec ?? null,
  },
  NodeName: nodeName,
});

function validateSource(
  { inlineVolumeSpec, persistentVolumeName }: VolumeAttachmentSource,
  path: string,
  errors: FieldErrors,
): void {
  const detail = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";
  if (!inlineVolumeSpec && persistentVolumeName === undefined) errors.required(path, detail);
  else if (inlineVolumeSpec && persistentVolumeName !== undefined) errors.forbidden(path, detail);
  else if (persistentVolumeName === "") {
    errors.required(child(path, "persistentVolumeName"), "must specify non empty persistentVolumeName");
  }
}
