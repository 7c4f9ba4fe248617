import type { APIGroupDiscoveryList, APIVersionDiscovery } from "../../api/types/apidiscovery-v2.ts";
import type { APIResourceList } from "../../api/types/meta-v1.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { MASTERS_GROUP, type UserInfo } from "../auth/user-info.ts";
import type { ProxyTarget } from "../proxy/proxy-target.ts";
import type { Document, ExtensionClient } from "./extension-client.ts";
import type { Extension, ExtensionDocuments } from "./extensions.ts";
import { versionDiscovery } from "./legacy-discovery.ts";

/** Every extension server has to let these in. */
export const AGGREGATOR: UserInfo = { name: "system:kube-aggregator", groups: [MASTERS_GROUP] };
export const OPENAPI_READER: UserInfo = { name: "system:aggregator", groups: [] };

const DISCOVERY_TIMEOUT_MS = 5_000;
const OPENAPI_TIMEOUT_MS = 60_000;
const JSON_TYPE = "application/json";
const AGGREGATED_TYPES = ["v2", "v2beta1"]
  .map((version) => `${JSON_TYPE};g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`)
  .join(",");

interface Downloaded {
  readonly documents: ExtensionDocuments;
  /** Why something is missing; undefined: nothing is. */
  readonly error: unknown;
}

/** Asks an extension server for everything it says of itself. What it does not have is left out; so is what cannot be had now. */
export async function downloadDocuments(
  client: ExtensionClient,
  extension: Extension,
  signal: AbortSignal,
): Promise<Downloaded> {
  let discovery: APIVersionDiscovery;
  let target: ProxyTarget;
  try {
    target = await client.target(extension);
    discovery = { ...(await discoveryOf(client, target, extension, signal)), freshness: "Current" };
  } catch (error) {
    // Clients are told that there is something, and that it is not known what.
    return { documents: { discovery: { version: extension.version, freshness: "Stale" } }, error };
  }
  try {
    const openApiV2 = await openApiOf(client, target, "/openapi/v2", signal);
    const index = (await openApiOf(client, target, "/openapi/v3", signal)) as V3Index | undefined;
    return {
      documents: {
        discovery,
        ...(openApiV2 ? { openApiV2 } : {}),
        ...(index?.paths ? { openApiV3: addressesIn(index.paths) } : {}),
      },
      error: undefined,
    };
  } catch (error) {
    return { documents: { discovery }, error };
  }
}

async function discoveryOf(
  client: ExtensionClient,
  target: ProxyTarget,
  { group, version }: Extension,
  signal: AbortSignal,
): Promise<APIVersionDiscovery> {
  const question = { user: AGGREGATOR, timeoutMs: DISCOVERY_TIMEOUT_MS, signal };
  const all = await client.ask(target, { ...question, path: "/apis", accept: AGGREGATED_TYPES });
  if (all.statusCode === 503) throw new Error("the extension server answered with 503");
  if (all.statusCode === 200 && /g=apidiscovery\.k8s\.io/.test(all.contentType)) {
    // Whoever serves this type serves its form.
    const { items } = parsed(all) as unknown as APIGroupDiscoveryList;
    const found = items.find(({ metadata }) => metadata.name === group);
    return found?.versions?.find((each) => each.version === version) ?? { version };
  }
  const path = `/apis/${group}/${version}`;
  const one = await client.ask(target, { ...question, path, accept: JSON_TYPE });
  if (one.statusCode !== 200) throw new Error(`failed to download legacy discovery for ${path}: ${one.statusCode}`);
  const { resources } = parsed(one) as unknown as APIResourceList;
  return versionDiscovery(group, version, resources);
}

interface V3Index {
  readonly paths?: Readonly<Record<string, { readonly serverRelativeURL?: string }>>;
}

const addressesIn = (paths: NonNullable<V3Index["paths"]>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(paths).flatMap(([name, at]) => (at.serverRelativeURL ? [[name, at.serverRelativeURL]] : [])),
  );

async function openApiOf(
  client: ExtensionClient,
  target: ProxyTarget,
  path: string,
  signal: AbortSignal,
): Promise<JsonObject | undefined> {
  const question = { user: OPENAPI_READER, accept: JSON_TYPE, timeoutMs: OPENAPI_TIMEOUT_MS, signal };
  const document = await client.ask(target, { ...question, path });
  // Not every server describes itself.
  if (document.statusCode === 404) return undefined;
  if (document.statusCode !== 200)
    throw new Error(`failed to retrieve openAPI spec, http error: ${document.statusCode}`);
  return parsed(document);
}

/** An object, or it is no document of a server. */
function parsed({ body }: Document): JsonObject {
  const value: unknown = JSON.parse(body.toString("utf8"));
  if (typeof value !== "object" || value === null)
    throw new Error("the extension server did not answer with an object");
  return value as JsonObject;
}
