import type { HttpsTransport } from "../../client/https-transport.ts";
import { lines } from "../../client/lines.ts";
import { parseJson } from "../../lib/json/strict-json.ts";
import type { ResourceMapping } from "../discovery/resource-mapping.ts";
import type { ApiObject } from "./api-object.ts";

/** Which object, or without a name which collection. An empty namespace means all, or none for cluster-wide resources. */
export interface ResourceAddress {
  readonly mapping: Pick<ResourceMapping, "group" | "version" | "resource" | "namespaced">;
  readonly namespace: string;
  readonly name?: string | undefined;
  readonly subresource?: string | undefined;
}

export type Query = Readonly<Record<string, string | undefined>>;

export interface ResourceRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly query?: Query | undefined;
  readonly accept?: string | undefined;
  readonly contentType?: string | undefined;
  /** Sent as it is when it is text, else as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

export const PATCH_TYPES = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
} as const;

/** Sends one request about an object or a collection. Numbers of the answer stay exact. */
export async function requestResource(
  transport: HttpsTransport,
  address: ResourceAddress,
  request: ResourceRequest,
): Promise<ApiObject> {
  const response = await send(transport, address, request);
  // Parse edge: the API answers with objects.
  return parseJson(await response.text()) as ApiObject;
}

export interface WatchFrame {
  readonly type: string;
  readonly object: ApiObject;
}

/** The frames of a watch until the server ends it. */
export async function* watchResource(
  transport: HttpsTransport,
  address: ResourceAddress,
  request: Pick<ResourceRequest, "query" | "accept" | "signal">,
): AsyncGenerator<WatchFrame> {
  const query = { ...request.query, watch: "true" };
  const response = await send(transport, address, { method: "GET", ...request, query });
  if (!response.body) return;
  // Parse edge: watch frames have this shape by contract of the API.
  for await (const line of lines(response.body)) yield parseJson(line) as unknown as WatchFrame;
}

async function send(transport: HttpsTransport, address: ResourceAddress, request: ResourceRequest): Promise<Response> {
  const { group, resource } = address.mapping;
  const { body, method, contentType = "application/json" } = request;
  return await transport.raw({
    method,
    path: resourcePath(address) + queryText(request.query ?? {}),
    summary: { method, group, resource, name: address.name },
    headers: {
      ...(request.accept === undefined ? {} : { Accept: request.accept }),
      ...(body === undefined ? {} : { "Content-Type": contentType }),
    },
    body: body === undefined || typeof body === "string" ? body : JSON.stringify(body),
    signal: request.signal,
  });
}

function resourcePath({ mapping, namespace, name, subresource }: ResourceAddress): string {
  const { group, version, resource, namespaced } = mapping;
  return [
    group === "" ? `/api/${version}` : `/apis/${group}/${version}`,
    ...(namespaced && namespace !== "" ? ["namespaces", encodeURIComponent(namespace)] : []),
    resource,
    ...(name === undefined ? [] : [encodeURIComponent(name)]),
    ...(subresource === undefined || subresource === "" ? [] : [subresource]),
  ].join("/");
}

function queryText(query: Query): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) if (value !== undefined) parameters.set(key, value);
  return parameters.size === 0 ? "" : `?${parameters.toString()}`;
}
