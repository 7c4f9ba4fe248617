import type { KubeObject } from "../resource-type.ts";

/** For kinds whose status updates change nothing of the metadata (upstream's ResetObjectMetaForStatus). */
export function keepOldMetadata({ metadata }: KubeObject, { metadata: old }: KubeObject): void {
  metadata.labels = old.labels;
  metadata.annotations = old.annotations;
  metadata.finalizers = old.finalizers;
  metadata.ownerReferences = old.ownerReferences;
}
