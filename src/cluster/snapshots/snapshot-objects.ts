import { builtInKinds } from "../../api/registry.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import { ObjectStorage } from "../../apiserver/objects/object-storage.ts";
import type { DataDirectory } from "../config/data-directory.ts";
import { findSnapshot, snapshotEntries } from "./snapshots.ts";

/** The objects of a saved state, as the API would show them. Those of kinds that users defined carry their type themselves. */
export async function snapshotObjects(directory: DataDirectory, name: string): Promise<readonly KubeObject[]> {
  await findSnapshot(directory, name);
  const storages = builtInKinds.filter(({ storage }) => !storage).map((kind) => new ObjectStorage(kind));
  // Kinds that are stored in the form of another version come last: their own form may be that of another kind here.
  const others = builtInKinds.filter(({ storage }) => storage).map((kind) => new ObjectStorage(kind));
  const byPrefix = new Map([...others, ...storages].map((storage) => [storage.prefix, storage]));
  return snapshotEntries(directory, name).flatMap((entry) => {
    const [, root, first, second] = entry.key.split("/");
    const storage = byPrefix.get(`/${root}/${first}/${second}/`) ?? byPrefix.get(`/${root}/${first}/`);
    if (storage) return [storage.read(entry)];
    // The API server wrote it.
    const object = JSON.parse(Buffer.from(entry.value).toString("utf8")) as Partial<KubeObject>;
    return object.apiVersion !== undefined && object.kind !== undefined ? [object as KubeObject] : [];
  });
}
