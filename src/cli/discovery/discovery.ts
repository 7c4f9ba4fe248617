import type { APIGroupDiscoveryList, APIResourceDiscovery } from "../../api/types/apidiscovery-v2.ts";
import type { HttpsTransport } from "../../client/https-transport.ts";
import type { ResourceMapping } from "./resource-mapping.ts";

/** What a server serves. */
export interface Discovery {
  /** In the order the server prefers them; the core group comes first. */
  readonly groups: readonly DiscoveredGroup[];
}

interface DiscoveredGroup {
  /** Empty for the core group. */
  readonly name: string;
  /** The preferred one first. */
  readonly versions: readonly DiscoveredVersion[];
}

interface DiscoveredVersion {
  readonly version: string;
  readonly resources: readonly ResourceMapping[];
  /** The server behind this version does not answer; what it serves is not known. */
  readonly isStale: boolean;
}

const AGGREGATED =
  "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList," +
  "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

/** Asks for everything in two requests; servers before 1.26 are asked group by group. */
export async function discover(transport: HttpsTransport): Promise<Discovery> {
  const [core, named] = await Promise.all([discoverRoot(transport, "/api"), discoverRoot(transport, "/apis")]);
  return { groups: [...core, ...named] };
}

async function discoverRoot(transport: HttpsTransport, path: "/api" | "/apis"): Promise<readonly DiscoveredGroup[]> {
  const response = await transport.raw({ method: "GET", path, headers: { Accept: AGGREGATED } });
  // Parse edge: the answer's kind says which of the forms it has.
  const answer = (await response.json()) as APIGroupDiscoveryList | LegacyVersions | LegacyGroups;
  if (answer.kind === "APIGroupDiscoveryList") return aggregatedGroups(answer);
  const groups = path === "/api" ? coreGroup(answer as LegacyVersions) : (answer as LegacyGroups).groups;
  return await Promise.all(groups.map(async (group) => await legacyGroup(transport, group)));
}

function aggregatedGroups(list: APIGroupDiscoveryList): readonly DiscoveredGroup[] {
  return list.items.map((item) => {
    const name = item.metadata.name ?? "";
    const versions = (item.versions ?? []).map(({ version, resources, freshness }) => ({
      version,
      isStale: freshness === "Stale",
      // Some resources exist only as subresources of another; they cannot be named.
      resources: (resources ?? [])
        .filter(({ responseKind }) => responseKind?.kind)
        .map((resource) => aggregatedMapping(name, version, resource)),
    }));
    return { name, versions };
  });
}

function aggregatedMapping(group: string, version: string, resource: APIResourceDiscovery): ResourceMapping {
  const kind = resource.responseKind?.kind ?? "";
  return {
    group,
    version,
    resource: resource.resource,
    singular: resource.singularResource || kind.toLowerCase(),
    kind,
    namespaced: resource.scope === "Namespaced",
    shortNames: resource.shortNames ?? [],
    categories: resource.categories ?? [],
    verbs: resource.verbs,
    subresources: (resource.subresources ?? []).map(({ subresource }) => subresource),
  };
}

interface LegacyVersions {
  readonly kind: "APIVersions";
  readonly versions: readonly string[];
}

interface LegacyGroups {
  readonly kind: "APIGroupList";
  readonly groups: readonly LegacyGroup[];
}

interface LegacyGroup {
  readonly name: string;
  readonly versions: readonly { readonly version: string; readonly groupVersion: string }[];
  readonly preferredVersion?: { readonly version: string };
}

interface LegacyResources {
  readonly resources: readonly {
    readonly name: string;
    readonly singularName?: string;
    readonly namespaced: boolean;
    readonly kind: string;
    readonly verbs: readonly string[];
    readonly shortNames?: readonly string[];
    readonly categories?: readonly string[];
  }[];
}

function coreGroup({ versions }: LegacyVersions): readonly LegacyGroup[] {
  return [{ name: "", versions: versions.map((version) => ({ version, groupVersion: version })) }];
}

async function legacyGroup(transport: HttpsTransport, group: LegacyGroup): Promise<DiscoveredGroup> {
  const preferred = group.preferredVersion?.version;
  const ordered = group.versions.toSorted(
    (left, right) => Number(right.version === preferred) - Number(left.version === preferred),
  );
  const versions = await Promise.all(
    ordered.map(async ({ version, groupVersion }) => {
      const path = group.name === "" ? `/api/${version}` : `/apis/${groupVersion}`;
      const response = await transport.raw({ method: "GET", path });
      // Parse edge: this path answers with an APIResourceList.
      return legacyVersion(group.name, version, (await response.json()) as LegacyResources);
    }),
  );
  return { name: group.name, versions };
}

function legacyVersion(group: string, version: string, { resources }: LegacyResources): DiscoveredVersion {
  const main = resources.filter(({ name }) => !name.includes("/"));
  return {
    version,
    isStale: false,
    resources: main.map((resource) => ({
      group,
      version,
      resource: resource.name,
      singular: resource.singularName || resource.kind.toLowerCase(),
      kind: resource.kind,
      namespaced: resource.namespaced,
      shortNames: resource.shortNames ?? [],
      categories: resource.categories ?? [],
      verbs: resource.verbs,
      subresources: resources
        .filter(({ name }) => name.startsWith(`${resource.name}/`))
        .map(({ name }) => name.slice(resource.name.length + 1)),
    })),
  };
}
