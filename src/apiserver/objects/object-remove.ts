import type { KeyValue } from "../../store/store.ts";
import type { ServedResource } from "../served-resources.ts";
import { hookOf, type ServerContext } from "../server-context.ts";

/** Takes an object out of the store. Undefined: it was changed or removed meanwhile. */
export async function removeObject(
  context: ServerContext,
  resource: ServedResource,
  entry: KeyValue,
): Promise<KeyValue | undefined> {
  const { storage } = resource;
  const preparation = storage.prepare([entry]);
  if (preparation) await preparation;
  const last = storage.read(entry);
  const conversion = storage.prepareWrite(last);
  if (conversion) await conversion;
  const result = await context.store.delete(entry.key, entry.revision, storage.valueOf(last));
  if (result.outcome !== "written") return undefined;
  hookOf(context, resource)?.afterDelete(last);
  return result.entry;
}
