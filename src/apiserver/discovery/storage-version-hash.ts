import { createHash } from "node:crypto";

import type { Kind } from "../../api/kind.ts";

/** Tells clients that migrate stored objects in which version those lie: two resources with one hash share their objects. */
export function storageVersionHash({ type, storage, storedVersion }: Kind, kinds: readonly Kind[]): string {
  const owner = storage && kinds.find((kind) => !kind.storage && isStoredUnder(kind, storage));
  const { group, version, kind } = owner?.type ?? type;
  return createHash("sha256")
    .update(`${group}/${storedVersion ?? version}/${kind}`)
    .digest()
    .subarray(0, 8)
    .toString("base64");
}

const isStoredUnder = ({ type }: Kind, { group, resource }: { readonly group: string; readonly resource: string }) =>
  type.group === group && type.resource === resource;
