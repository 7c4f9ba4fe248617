import type { KubeObject } from "../api/resource-type.ts";
import type { ObjectKey } from "./client.ts";

/** `namespace/name`, or `name` for cluster-wide objects: how caches and queues name an object. */
export function keyOf({ metadata: { namespace, name = "" } }: Pick<KubeObject, "metadata">): string {
  return namespace === undefined || namespace === "" ? name : `${namespace}/${name}`;
}

/** The parts of a key made by `keyOf`. */
export function parseKey(key: string): ObjectKey {
  const slash = key.indexOf("/");
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
