import { apiVersionOf } from "../../api/resource-type.ts";
import { perGeneration } from "../../lib/per-generation.ts";
import type { Extensions } from "../aggregation/extensions.ts";
import { acceptsJson, parseAccept } from "../answers/accept.ts";
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
import type { ServerContext } from "../server-context.ts";
import { CachedDocument, documentResponse } from "./document-response.ts";
import type { HttpRequest } from "./http-request.ts";
import type { PathRoutes } from "./path-routes.ts";

/** What a server has itself, and what it knows to be had elsewhere. */
type ServedHere = Pick<ServerContext, "resources" | "extensions">;

/** What there is, in its three forms: group by group, version by version, and all at once. */
export function addDiscoveryRoutes(app: PathRoutes, { resources, extensions }: ServedHere): void {
  const documents = perGeneration(
    () => resources.generation + extensions.generation,
    () => discoveryDocuments(resources, extensions),
  );
  app.on("GET", ["/api", "/api/"], ({ env: { incoming } }) => {
    const version = aggregatedVersion(incoming);
    if (version) return documentResponse(incoming, documents().aggregatedCore(version));
    return Response.json(apiVersions(serverAddress(incoming)));
  });
  app.on("GET", ["/apis", "/apis/"], ({ env: { incoming } }) => {
    const version = aggregatedVersion(incoming);
    if (version) return documentResponse(incoming, documents().aggregatedNamed(version));
    return Response.json(apiGroupList(documents().named));
  });
  app.on("GET", ["/api/:version", "/api/:version/"], (c) => {
    const list = documents().list("", c.req.param("version"));
    return list ? documentResponse(c.env.incoming, list) : c.notFound();
  });
  app.on("GET", ["/apis/:group", "/apis/:group/"], (c) => {
    const group = documents().named.find(({ group: name }) => name === c.req.param("group"));
    return group ? Response.json(apiGroup(group)) : c.notFound();
  });
  app.on("GET", ["/apis/:group/:version", "/apis/:group/:version/"], (c) => {
    const list = documents().list(c.req.param("group"), c.req.param("version"));
    return list ? documentResponse(c.env.incoming, list) : c.notFound();
  });
}

/** Paths of groups and versions, as the root lists them. */
export const discoveryPathsOf = ({ resources, extensions }: ServedHere): readonly string[] =>
  groupsOf(resources.all(), extensions).flatMap(({ group, versions }) => [
    ...(group === "" ? [] : [`/apis/${group}`]),
    ...versions.map(({ version }) => `/${group === "" ? "api" : "apis"}/${apiVersionOf({ group, version })}`),
  ]);

/** Everything that discovery answers while the same resources are served. */
function discoveryDocuments(resources: ServedResources, extensions: Extensions) {
  const groups = groupsOf(resources.all(), extensions);
  const kinds = [...resources.all()].map(({ kind }) => kind);
  const named = groups.filter(({ group }) => group !== "");
  const lists = new Map<string, CachedDocument>();
  return {
    named,
    aggregatedCore: aggregatedDocuments(groups.filter(({ group }) => group === "")),
    aggregatedNamed: aggregatedDocuments(named),
    list(group: string, version: string): CachedDocument | undefined {
      const key = apiVersionOf({ group, version });
      const known = lists.get(key);
      if (known) return known;
      const found = groups.find((each) => each.group === group)?.versions.find((each) => each.version === version);
      if (!found) return undefined;
      const list = jsonDocument(apiResourceList(group, version, found.kinds, kinds));
      lists.set(key, list);
      return list;
    },
  };
}

function aggregatedDocuments(groups: readonly GroupResources[]): (version: DiscoveryVersion) => CachedDocument {
  const made = new Map<DiscoveryVersion, CachedDocument>();
  return (version) => {
    const known = made.get(version);
    if (known) return known;
    const type = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
    const document = jsonDocument(aggregatedDiscovery(groups, version), type);
    made.set(version, document);
    return document;
  };
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
