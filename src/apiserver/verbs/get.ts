import { notFound } from "../../api/api-error.ts";
import { stored, type ApiAnswer, type ApiRequest } from "../api-request.ts";
import { checkNotFuture, parseResourceVersion } from "../resource-version.ts";
import type { ServerContext } from "../server-context.ts";

export async function get(context: ServerContext, request: ApiRequest): Promise<ApiAnswer> {
  const { resource, namespace, name, query } = request;
  // Reads are of the newest state, so a version only asks that it is not older than that.
  const resourceVersion = query.get("resourceVersion");
  const revision = resourceVersion ? parseResourceVersion(resourceVersion) : undefined;
  if (revision !== undefined) await checkNotFuture(context, revision);
  const key = resource.storage.key(namespace, name);
  const entry = await context.store.get(key, isExact(query) && revision ? { revision } : {});
  if (!entry) throw notFound(resource.type, name);
  const preparation = resource.storage.prepare([entry]);
  if (preparation) await preparation;
  return stored(resource, entry);
}

/** Only our own command line asks for one object of the past; Kubernetes does not know the parameter here. */
const isExact = (query: URLSearchParams): boolean => query.get("resourceVersionMatch") === "Exact";
