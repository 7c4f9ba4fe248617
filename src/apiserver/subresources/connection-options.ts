import { badRequest, forbidden } from "../../api/api-error.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import { apiVersionOf } from "../../api/resource-type.ts";
import { builtInSchema } from "../../api/schema/object-schema.ts";
import { definition, definitionOf, type Field } from "../../api/schema/schema.ts";
import type { JsonValue } from "../../lib/json/json-value.ts";
import type { AdmissionRequest } from "../admission/admission.ts";
import type { ApiRequest } from "../api-request.ts";
import { isTrue } from "../request-info.ts";
import type { ServerContext } from "../server-context.ts";

/**
 * What a client wants of a connection that it asks for: the parameters of the query as an object of the subresource's kind
 * (PodExecOptions), as admission leaves it.
 */
export async function connectionOptions<T>(
  context: ServerContext,
  request: ApiRequest,
  more: Readonly<Record<string, string>> = {},
): Promise<T> {
  const { resource, subresource, query, namespace, name, user, warnings, annotate } = request;
  if (query.has("dryRun")) throw badRequest("dryRun is not supported");
  const facts = resource.kind.subresources.find((each) => each.name === subresource);
  if (!facts || !("kind" in facts)) throw new Error(`Nobody connects to ${resource.type.resource}/${subresource}`);
  const object = optionsOf(facts.kind, query, more);
  const review: AdmissionRequest = {
    operation: "CONNECT",
    resource,
    subresource,
    namespace,
    name,
    user,
    dryRun: false,
    // Options have no metadata; admission knows that of connections.
    object: object as unknown as KubeObject,
    oldObject: undefined,
    objectKind: facts.kind,
    warnings,
    annotate,
  };
  await context.admission.admit(review);
  await context.admission.validate(review);
  // The definition says so.
  return object as T;
}

function optionsOf(
  kind: { readonly group: string; readonly version: string; readonly kind: string },
  query: URLSearchParams,
  more: Readonly<Record<string, string>>,
): object {
  const name = definitionOf(kind);
  if (name === undefined) throw new Error(`There are no facts of the kind ${kind.kind}`);
  const options: Record<string, JsonValue> = { kind: kind.kind, apiVersion: apiVersionOf(kind) };
  for (const [key, field] of Object.entries(definition(name).properties ?? {})) {
    const values = query.getAll(key);
    if (key !== "kind" && key !== "apiVersion" && values.length > 0) options[key] = parameter(field, values);
  }
  return builtInSchema(name).decode({ ...options, ...more }).object;
}

/** As Go's conversion of URL values reads them. */
function parameter({ type, items }: Field, values: readonly string[]): JsonValue {
  const [first = ""] = values;
  if (type === "boolean") return isTrue(first);
  if (type !== "array") return first;
  if (items?.type !== "integer") return [...values];
  return values.flatMap((each) => each.split(",")).map(number);
}

function number(text: string): number {
  const value = Number(text);
  if (!/^[+-]?\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  return value;
}

/**
 * Browsers can ask for a WebSocket by GET only; what it lets them do is more than reading
 * (pkg/registry/core/pod/rest/authorize.go).
 */
export async function requireCreate(context: ServerContext, request: ApiRequest): Promise<void> {
  const { verb, resource, user, namespace, name, subresource } = request;
  if (verb === "create") return;
  const { group, version, resource: plural } = resource.type;
  const { allowed, reason } = await context.authorizer.authorize({
    type: "resource",
    user,
    verb: "create",
    group,
    version,
    resource: plural,
    subresource,
    namespace,
    name,
  });
  if (!allowed) throw forbidden(resource.type, name, reason);
}
