import { apiError, badRequest } from "../api/api-error.ts";
import { FieldErrors } from "../api/field-errors.ts";
import type { ApiRequest } from "./api-request.ts";
import { isTrue } from "./request-info.ts";
import { parseResourceVersion } from "./resource-version.ts";

export interface ListOptions {
  /** Undefined: not given. */
  readonly resourceVersion: number | undefined;
  readonly match: "" | "Exact" | "NotOlderThan";
  readonly limit: number | undefined;
  readonly continue: string;
}

export interface WatchOptions {
  readonly resourceVersion: number | undefined;
  readonly sendInitialEvents: boolean | undefined;
  readonly allowBookmarks: boolean;
  readonly timeoutSeconds: number | undefined;
}

/** Upstream's ValidateListOptions (apimachinery/pkg/apis/meta/internalversion/validation). */
export function listOptions({ query }: ApiRequest): ListOptions {
  const match = query.get("resourceVersionMatch") ?? "";
  const resourceVersion = query.get("resourceVersion") ?? "";
  const token = query.get("continue") ?? "";
  const errors = new FieldErrors();
  if (match !== "") {
    if (resourceVersion === "") {
      errors.forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided");
    }
    if (token !== "") {
      errors.forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
    }
    if (match !== "Exact" && match !== "NotOlderThan") {
      errors.notSupported("resourceVersionMatch", match, ["Exact", "NotOlderThan", ""]);
    }
    if (match === "Exact" && resourceVersion === "0") {
      errors.forbidden("resourceVersionMatch", 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
    }
  }
  if (query.has("sendInitialEvents")) {
    errors.forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list");
  }
  if (!errors.isEmpty) throw invalidListOptions(errors);
  if (token !== "" && resourceVersion !== "" && resourceVersion !== "0") {
    throw badRequest("specifying resource version is not allowed when using continue");
  }
  const limit = integer(query, "limit") ?? 0;
  return {
    resourceVersion: resourceVersion === "" ? undefined : parseResourceVersion(resourceVersion),
    // Anything else was refused above.
    match: match as ListOptions["match"],
    limit: limit > 0 ? limit : undefined,
    continue: token,
  };
}

export function watchOptions({ query }: ApiRequest): WatchOptions {
  const match = query.get("resourceVersionMatch") ?? "";
  const initial = query.get("sendInitialEvents");
  const errors = new FieldErrors();
  if (initial !== null && match !== "NotOlderThan") {
    errors.forbidden("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
  }
  if (match !== "") {
    if (initial === null) {
      errors.forbidden(
        "resourceVersionMatch",
        "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
      );
    }
    if (match !== "NotOlderThan") errors.notSupported("resourceVersionMatch", match, ["NotOlderThan"]);
    if (query.get("continue")) {
      errors.forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided");
    }
  }
  if (!errors.isEmpty) throw invalidListOptions(errors);
  const resourceVersion = query.get("resourceVersion") ?? "";
  return {
    resourceVersion: resourceVersion === "" ? undefined : parseResourceVersion(resourceVersion),
    sendInitialEvents: initial === null ? undefined : isTrue(initial),
    allowBookmarks: isTrue(query.get("allowWatchBookmarks")),
    timeoutSeconds: integer(query, "timeoutSeconds"),
  };
}

function invalidListOptions(errors: FieldErrors): Error {
  const texts = errors.errors.map(({ path, message }) => `${path}: ${message}`);
  return apiError(
    "Invalid",
    `ListOptions.meta.k8s.io "" is invalid: ${texts.length === 1 ? texts.join("") : `[${texts.join(", ")}]`}`,
    {
      group: "meta.k8s.io",
      kind: "ListOptions",
      causes: errors.errors.map(({ path, reason, message }) => ({ reason, message, field: path })),
    },
  );
}

function integer(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === "") return undefined;
  if (!/^-?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}
