import { notFound } from "../../api/api-error.ts";
import { stored, type ApiAnswer, type ApiRequest } from "../api-request.ts";
import { checkNotFuture, parseResourceVersion } from "../resource-version.ts";
import type { ServerContext } from "../server-context.ts";

export async function get(context: ServerContext, request: ApiRequest): Promise<ApiAnswer> {
  const { resource, namespace, name, query } = request;
  // Reads are always of the newest state, so a version only asks that it is not older than that.
  const resourceVersion = query.get("resourceVersion");
  if (resourceVersion) await checkNotFuture(context, parseResourceVersion(resourceVersion));
  const entry = await context.store.get(resource.storage.key(namespace, name));
  if (!entry) throw notFound(resource.type, name);
  const preparation = resource.storage.prepare([entry]);
  if (preparation) await preparation;
  return stored(resource, entry);
}
