import { conflict, type ApiError } from "../../api/api-error.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import type { ServedResource } from "../served-resources.ts";

export interface Preconditions {
  readonly uid?: string | undefined;
  readonly resourceVersion?: string | undefined;
}

/** Throws Conflict unless the object is the one the client means. */
export function checkPreconditions(
  resource: ServedResource,
  { metadata }: Readonly<KubeObject>,
  { uid, resourceVersion }: Preconditions,
): void {
  const { uid: currentUid = "", resourceVersion: currentVersion = "" } = metadata;
  if (uid && uid !== currentUid) {
    throw failed(resource, metadata, `UID in precondition: ${uid}, UID in object meta: ${currentUid}`);
  }
  if (resourceVersion && resourceVersion !== currentVersion) {
    throw failed(
      resource,
      metadata,
      `ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${currentVersion}`,
    );
  }
}

/** The wording of apiserver/pkg/storage/errors.go, which clients have come to search for. */
function failed({ type, storage }: ServedResource, metadata: KubeObject["metadata"], detail: string): ApiError {
  const name = metadata.name ?? "";
  const key = storage.key(metadata.namespace ?? "", name);
  return conflict(
    type,
    name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: ${detail}`,
  );
}
