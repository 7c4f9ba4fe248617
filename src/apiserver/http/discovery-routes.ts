import { acceptsJson, parseAccept } from "../accept.ts";
import { aggregatedDiscovery, type DiscoveryVersion } from "../discovery/aggregated.ts";
import {
  apiGroup,
  apiGroupList,
  apiResourceList,
  apiVersions,
  groupsOf,
  type GroupResources,
} from "../discovery/discovery.ts";
import type { ServedResources } from "../served-resources.ts";
import { CachedDocument, documentResponse } from "./document-response.ts";
import type { HttpRequest } from "./http-request.ts";
import type { PathRoutes } from "./path-routes.ts";

/** What there is, in its three forms: group by group, version by version, and all at once. */
export function addDiscoveryRoutes(app: PathRoutes, resources: ServedResources): void {
  const groups = groupsOf(resources.all());
  const kinds = [...resources.all()].map(({ kind }) => kind);
  const core = groups.filter(({ group }) => group === "");
  const named = groups.filter(({ group }) => group !== "");

  const aggregatedCore = aggregatedDocuments(core);
  const aggregatedNamed = aggregatedDocuments(named);
  app.on("GET", ["/api", "/api/"], ({ env: { incoming } }) => {
    const version = aggregatedVersion(incoming);
    if (version) return documentResponse(incoming, aggregatedCore[version]);
    return Response.json(apiVersions(serverAddress(incoming)));
  });
  app.on("GET", ["/apis", "/apis/"], ({ env: { incoming } }) => {
    const version = aggregatedVersion(incoming);
    return version ? documentResponse(incoming, aggregatedNamed[version]) : Response.json(apiGroupList(named));
  });
  for (const { group, versions } of groups) {
    for (const { version, kinds: served } of versions) {
      const path = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
      const list = jsonDocument(apiResourceList(group, version, served, kinds));
      app.on("GET", [path, `${path}/`], ({ env: { incoming } }) => documentResponse(incoming, list));
    }
  }
  for (const group of named) {
    const path = `/apis/${group.group}`;
    app.on("GET", [path, `${path}/`], () => Response.json(apiGroup(group)));
  }
}

function aggregatedDocuments(groups: readonly GroupResources[]): Record<DiscoveryVersion, CachedDocument> {
  const document = (version: DiscoveryVersion) =>
    jsonDocument(
      aggregatedDiscovery(groups, version),
      `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
    );
  return { v2: document("v2"), v2beta1: document("v2beta1") };
}

const jsonDocument = (value: unknown, contentType = "application/json"): CachedDocument =>
  new CachedDocument(Buffer.from(`${JSON.stringify(value)}\n`), contentType);

/** Clients list what they understand with the newest form first. Undefined: the plain form. */
function aggregatedVersion({ headers }: HttpRequest): DiscoveryVersion | undefined {
  for (const accepted of parseAccept(headers.accept)) {
    if (!acceptsJson(accepted)) continue;
    const { g, v, as } = accepted.parameters;
    if (as === undefined) return undefined;
    const isAggregated = g === "apidiscovery.k8s.io" && as === "APIGroupDiscoveryList";
    if (isAggregated && (v === "v2" || v === "v2beta1")) return v;
  }
  return undefined;
}

/** How the client reached this server. */
const serverAddress = ({ headers }: HttpRequest): string => String(headers[":authority"] ?? headers.host ?? "");
