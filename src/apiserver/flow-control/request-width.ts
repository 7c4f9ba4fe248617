import type { RequestInfo } from "../request-info.ts";
import type { ServerContext } from "../server-context.ts";

const OBJECTS_PER_SEAT = 100;
const MOST_SEATS = 10;

/** How many seats a request takes: lists take more, by what they have to look at (flowcontrol/request/list_work_estimator.go). */
export function requestWidth(
  { resources, store }: ServerContext,
  info: RequestInfo,
  query: URLSearchParams,
): number | Promise<number> {
  if (info.type === "path" || info.name !== "") return 1;
  if (info.verb !== "list" && !(info.verb === "watch" && query.get("sendInitialEvents") === "true")) return 1;
  const resource = resources.find(info.group, info.version, info.resource);
  if (!resource) return 1;
  const limit = Number(query.get("limit") ?? "0");
  // A page of a selection may have to look at everything.
  const isNarrowed = query.has("labelSelector") || query.has("fieldSelector");
  return store.count(resource.storage.keyPrefix(info.namespace)).then((count) => {
    const looked = limit > 0 && !isNarrowed ? Math.min(limit, count) : count;
    return Math.min(MOST_SEATS, Math.max(1, Math.ceil(looked / OBJECTS_PER_SEAT)));
  });
}
