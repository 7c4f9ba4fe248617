import type { KubeObject } from "../api/resource-type.ts";

/** `namespace/name`, or `name` for cluster-wide objects: how caches and queues name an object. */
export function keyOf({ metadata: { namespace, name = "" } }: Pick<KubeObject, "metadata">): string {
  return namespace === undefined || namespace === "" ? name : `${namespace}/${name}`;
}
