/** What a request is about, read from its method, path and query alone (apiserver/pkg/endpoints/request/requestinfo.go). */
export type RequestInfo = ResourceRequestInfo | PathRequestInfo;

export interface ResourceRequestInfo {
  readonly type: "resource";
  readonly verb: RequestVerb;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  /** Empty for cluster-wide requests. */
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  /** What follows the subresource, for proxy paths; without a leading slash. */
  readonly rest: string;
}

interface PathRequestInfo {
  readonly type: "path";
  readonly verb: string;
  readonly path: string;
}

export type RequestVerb =
  | "get"
  | "list"
  | "watch"
  | "create"
  | "update"
  | "patch"
  | "delete"
  | "deletecollection"
  /** Of paths that Kubernetes had once: they are still authorized by this name, and lead nowhere. */
  | "proxy"
  /** A method that no resource has: OPTIONS, TRACE ... */
  | "";

const VERB_BY_METHOD: Readonly<Record<string, RequestVerb>> = {
  POST: "create",
  GET: "get",
  HEAD: "get",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

/** Below a namespace these are subresources of the namespace itself, all else is a resource in it. */
const NAMESPACE_SUBRESOURCES: ReadonlySet<string> = new Set(["status", "finalize"]);

export function requestInfo(method: string, path: string, query: URLSearchParams): RequestInfo {
  const parts = pathParts(path);
  const other: PathRequestInfo = { type: "path", verb: method.toLowerCase(), path };
  let rest: string[];
  let group = "";
  if (parts[0] === "api" && parts.length >= 3) {
    rest = parts.slice(1);
  } else if (parts[0] === "apis" && parts.length >= 4) {
    group = parts[1] ?? "";
    rest = parts.slice(2);
  } else {
    return other;
  }
  const version = rest[0] ?? "";
  rest = rest.slice(1);

  let verb = VERB_BY_METHOD[method] ?? "";
  if (rest[0] === "watch" || rest[0] === "proxy") {
    if (rest.length < 2) return other;
    verb = rest[0];
    rest = rest.slice(1);
  }

  let namespace = "";
  if (rest[0] === "namespaces" && rest.length > 1) {
    namespace = rest[1] ?? "";
    if (rest.length > 2 && !NAMESPACE_SUBRESOURCES.has(rest[2] ?? "")) rest = rest.slice(2);
  }

  const [resource = "", name = "", below = ""] = rest;
  const subresource = verb === "proxy" ? "" : below;
  const isCollection = name === "";
  if (verb === "get" && isCollection) verb = isTrue(query.get("watch")) ? "watch" : "list";
  if (verb === "delete" && isCollection) verb = "deletecollection";
  // A namespace's own requests are in that namespace, as RBAC sees them; the object itself has none.
  return {
    type: "resource",
    verb,
    group,
    version,
    resource,
    namespace,
    name: name === "" ? exactName(verb, query) : name,
    subresource,
    rest: rest.slice(3).join("/"),
  };
}

/** Collections that are narrowed to one name by a field selector are authorized as requests for that name. */
export function exactName(verb: RequestVerb, query: URLSearchParams): string {
  if (verb !== "list" && verb !== "watch" && verb !== "deletecollection") return "";
  const match = /(?:^|,)metadata\.name==?([^,!=]+)(?:,|$)/.exec(query.get("fieldSelector") ?? "");
  return match?.[1] ?? "";
}

/** A query parameter as Go's conversion of URL values reads booleans: present and not "false" or "0"; Python writes `False`. */
export function isTrue(value: string | null): boolean {
  return value !== null && value !== "0" && value.toLowerCase() !== "false";
}

function pathParts(path: string): string[] {
  return path
    .split("/")
    .filter((part, index, all) => part !== "" || (index > 0 && index < all.length - 1))
    .map(decoded);
}

function decoded(part: string): string {
  if (!part.includes("%")) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    // Not valid percent-encoding: such a name cannot exist, and the answer says so under its own spelling.
    return part;
  }
}
