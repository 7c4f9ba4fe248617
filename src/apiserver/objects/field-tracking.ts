import { schemaOf } from "../../api/kind-schema.ts";
import type { Kind } from "../../api/kind.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import { trackUpdate } from "../../api/schema/managed-fields/track-update.ts";
import { semanticEqual } from "../../api/semantic-equal.ts";
import type { ManagedFieldsEntry } from "../../api/types/meta-v1.ts";
import { timestamp } from "../../lib/time/clock.ts";
import type { WriteRequest } from "./write-request.ts";

export const hasStatus = ({ subresources }: Kind): boolean => subresources.some(({ name }) => name === "status");

/** Notes in a draft who wrote which of its fields. An apply has noted that itself. */
export function trackFields(
  request: WriteRequest,
  draft: KubeObject,
  live: Readonly<KubeObject> | undefined,
  now: number,
): void {
  if (request.isApply) return;
  const { kind } = request.resource;
  const entries = trackUpdate({
    schema: schemaOf(kind),
    live,
    updated: draft,
    manager: request.fieldManager,
    subresource: request.subresource,
    hasStatusSubresource: hasStatus(kind),
    now: timestamp(now),
  });
  if (entries) draft.metadata.managedFields = entries;
  else delete draft.metadata.managedFields;
}

/** Whether two states of an object differ in nothing but the times at which fields were written. */
export function isSameState(draft: KubeObject, current: Readonly<KubeObject>): boolean {
  return semanticEqual(withoutTimes(draft), withoutTimes(current));
}

const withoutTimes = (object: Readonly<KubeObject>): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, managedFields: object.metadata.managedFields?.map(withoutTime) },
});

const withoutTime = ({ time: _time, ...entry }: ManagedFieldsEntry): ManagedFieldsEntry => entry;
