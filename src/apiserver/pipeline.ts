import { apiError } from "../api/api-error.ts";
import type { ResourceType } from "../api/resource-type.ts";
import { forwardToExtension } from "./aggregation/forward-to-extension.ts";
import type { ApiAnswer, ApiRequest } from "./api-request.ts";
import type { AuditedRequest } from "./audit/audit.ts";
import { auditedRequest, type RequestOrigin } from "./audit/audited-request.ts";
import { forbiddenTo } from "./auth/forbidden.ts";
import { dispatch } from "./dispatch.ts";
import { methodNotAllowed } from "./method-not-allowed.ts";
import { AuthoredStore } from "./objects/authored-store.ts";
import type { ResourceRequestInfo } from "./request-info.ts";
import type { ServedResource } from "./served-resources.ts";
import type { ServerContext } from "./server-context.ts";
import { TextRefusal } from "./text-refusal.ts";

/** What a request brings besides its address. */
export type RequestParts = Pick<
  ApiRequest,
  "query" | "user" | "userAgent" | "body" | "warnings" | "signal" | "http"
> & {
  /** Where it came from; absent: from this process. */
  readonly origin?: RequestOrigin;
};

/** The way of every request for a resource once it is known who sends it: may they, is there such a thing, do it. */
export async function handleRequest(
  context: ServerContext,
  info: ResourceRequestInfo,
  parts: RequestParts,
): Promise<ApiAnswer> {
  if (context.audit)
    return await auditedRequest(context, context.audit, info, parts, (audited) =>
      handled(context, info, parts, audited),
    );
  return handled(context, info, parts);
}

async function handled(
  context: ServerContext,
  info: ResourceRequestInfo,
  parts: RequestParts,
  audited?: AuditedRequest,
): Promise<ApiAnswer> {
  await authorize(context, info, parts, audited);
  const begin = performance.now();
  try {
    const extension = context.extensions.find(info.group, info.version);
    const answer = extension
      ? await forwardToExtension(context, extension, info, parts)
      : await dispatch(authored(context, info, parts), apiRequest(context, info, parts, audited));
    return context.metrics.answered(info, parts, answer, begin);
  } catch (error) {
    context.metrics.refused(info, parts, error, begin);
    throw error;
  }
}

/** What a request writes is written down as its user's. */
function authored(
  context: ServerContext,
  { verb }: ResourceRequestInfo,
  { user, userAgent }: RequestParts,
): ServerContext {
  if (verb === "get" || verb === "list" || verb === "watch") return context;
  return { ...context, store: new AuthoredStore(context.store, user, userAgent) };
}

async function authorize(
  context: ServerContext,
  info: ResourceRequestInfo,
  { user }: RequestParts,
  audited: AuditedRequest | undefined,
): Promise<void> {
  const attributes = { ...info, user };
  const verdict = context.authorizer.authorize(attributes);
  // Most verdicts are there at once; awaiting them would cost every request a turn.
  const { allowed, reason } = verdict instanceof Promise ? await verdict : verdict;
  audited?.decided(allowed, reason);
  if (!allowed) throw forbiddenTo(attributes, reason);
}

function apiRequest(
  context: ServerContext,
  info: ResourceRequestInfo,
  parts: RequestParts,
  audited: AuditedRequest | undefined,
): ApiRequest {
  const resource = servedResource(context, info);
  const { deprecationWarning } = resource.kind;
  if (deprecationWarning !== undefined) parts.warnings.push(deprecationWarning);
  return {
    resource,
    verb: info.verb,
    namespace: resource.type.namespaced ? info.namespace : "",
    name: info.name,
    subresource: info.subresource,
    rest: info.rest,
    query: parts.query,
    user: parts.user,
    userAgent: parts.userAgent,
    body: parts.body,
    warnings: parts.warnings,
    annotate: audited && ((...note) => audited.annotate(...note)),
    signal: parts.signal,
    http: parts.http,
  };
}

function servedResource(context: ServerContext, info: ResourceRequestInfo): ServedResource {
  const resource = context.resources.find(info.group, info.version, info.resource);
  if (!resource || info.verb === "proxy" || !hasAddress(resource, info)) throw new NoSuchPath();
  return resource;
}

/** Objects of namespaced kinds are found below their namespace only, all others nowhere below one. */
function hasAddress({ type }: ServedResource, { namespace, name, verb }: ResourceRequestInfo): boolean {
  if (!type.namespaced) return namespace === "" || isItsOwnNamespace(type, namespace, name);
  if (namespace !== "" || verb === "list" || verb === "watch") return true;
  // The path is there, for lists; only this method is not.
  if (name === "") throw methodNotAllowed();
  return false;
}

/** Requests for a namespace itself are made in it. */
const isItsOwnNamespace = (type: ResourceType, namespace: string, name: string): boolean =>
  type.resource === "namespaces" && type.group === "" && namespace === name;

/** There is nothing at this path. Over HTTP it is told as a text, by which kubectl tells it from a missing object. */
export class NoSuchPath extends TextRefusal {
  constructor() {
    super(apiError("NotFound", "the server could not find the requested resource").status);
  }
}
