import type { KubeObject } from "./resource-type.ts";
import type { OwnerReference } from "./types/meta-v1.ts";

/** The owner that manages the object; every object has at most one. */
export function controllerOf({ metadata }: Pick<KubeObject, "metadata">): OwnerReference | undefined {
  return metadata.ownerReferences?.find((owner) => owner.controller === true);
}

/** The reference that makes `owner` the manager of an object, and keeps it from going before the object in a foreground deletion. */
export function controllerReference({ apiVersion, kind, metadata }: KubeObject): OwnerReference {
  return {
    apiVersion,
    kind,
    name: metadata.name ?? "",
    uid: metadata.uid ?? "",
    controller: true,
    blockOwnerDeletion: true,
  };
}
