import type { Kind } from "../../api/kind.ts";
import type { GroupVersionKind } from "../../api/schema/schema.ts";
import type {
  APIGroupDiscovery,
  APIResourceDiscovery,
  APISubresourceDiscovery,
  APIVersionDiscovery,
} from "../../api/types/apidiscovery-v2.ts";
import { subresourceFacts, type GroupResources, type VersionResources } from "./discovery.ts";

export type DiscoveryVersion = "v2" | "v2beta1";

/** /api and /apis in the form that tells a client everything at once. */
export const aggregatedDiscovery = (groups: readonly GroupResources[], version: DiscoveryVersion) => ({
  kind: "APIGroupDiscoveryList",
  apiVersion: `apidiscovery.k8s.io/${version}`,
  metadata: {},
  items: groups.map(groupDiscovery).filter(({ versions }) => versions?.length),
});

/** Items of a list carry no kind of their own. */
type GroupItem = Omit<APIGroupDiscovery, "kind" | "apiVersion">;

const groupDiscovery = ({ group, versions }: GroupResources): GroupItem => ({
  metadata: group === "" ? {} : { name: group },
  versions: versions.flatMap(versionDiscovery),
});

function versionDiscovery({ version, kinds, remote }: VersionResources): APIVersionDiscovery[] {
  if (remote === "unknown") return [];
  if (remote) return [remote];
  return [{ version, resources: kinds.map(resourceDiscovery), freshness: "Current" }];
}

function resourceDiscovery(kind: Kind): APIResourceDiscovery {
  const { type, singular, verbs, shortNames, categories, subresources } = kind;
  return {
    resource: type.resource,
    responseKind: responseKind(kind, type),
    scope: type.namespaced ? "Namespaced" : "Cluster",
    singularResource: singular,
    verbs: [...verbs],
    ...(shortNames.length > 0 ? { shortNames: [...shortNames] } : {}),
    ...(categories.length > 0 ? { categories: [...categories] } : {}),
    ...(subresources.length > 0 ? { subresources: subresources.map((each) => subresourceDiscovery(kind, each)) } : {}),
  };
}

function subresourceDiscovery(owner: Kind, subresource: Kind["subresources"][number]): APISubresourceDiscovery {
  const { type } = owner;
  const { kind, verbs } = subresourceFacts(type, subresource);
  const isForeign = kind.group !== type.group || kind.version !== type.version;
  return {
    subresource: subresource.name,
    responseKind: isForeign ? { group: kind.group, version: kind.version, kind: kind.kind } : responseKind(owner, kind),
    verbs: [...verbs],
  };
}

/** Kubernetes leaves out the group and version of built-in kinds here, and has those of custom ones. */
const responseKind = (owner: Kind, { group, version, kind }: GroupVersionKind): GroupVersionKind =>
  owner.schema?.isCustom ? { group, version, kind } : { group: "", version: "", kind };
