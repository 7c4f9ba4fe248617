import type {
  APIResourceDiscovery,
  APISubresourceDiscovery,
  APIVersionDiscovery,
} from "../../api/types/apidiscovery-v2.ts";
import type { APIResource } from "../../api/types/meta-v1.ts";

/** What an older server lists of a version, in the form that tells a client everything at once. */
export function versionDiscovery(
  group: string,
  version: string,
  resources: readonly APIResource[],
): APIVersionDiscovery {
  const found = new Map<string, APIResourceDiscovery>();
  for (const resource of resources) {
    const [name = "", subresource] = resource.name.split("/");
    if (subresource === undefined)
      found.set(name, { ...entry(resource, group, version), ...ownSubresources(found.get(name)) });
    else {
      const parent = found.get(name) ?? { resource: name, scope: scopeOf(resource), singularResource: "", verbs: [] };
      const below: APISubresourceDiscovery = {
        subresource,
        responseKind: kindOf(resource, group, version),
        verbs: resource.verbs,
      };
      found.set(name, { ...parent, subresources: [...(parent.subresources ?? []), below] });
    }
  }
  return { version, resources: [...found.values()] };
}

const ownSubresources = (known: APIResourceDiscovery | undefined): Pick<APIResourceDiscovery, "subresources"> =>
  known?.subresources ? { subresources: known.subresources } : {};

const entry = (resource: APIResource, group: string, version: string): APIResourceDiscovery => ({
  resource: resource.name,
  responseKind: kindOf(resource, group, version),
  scope: scopeOf(resource),
  singularResource: resource.singularName,
  verbs: resource.verbs,
  ...(resource.shortNames ? { shortNames: resource.shortNames } : {}),
  ...(resource.categories ? { categories: resource.categories } : {}),
});

const scopeOf = ({ namespaced }: APIResource): string => (namespaced ? "Namespaced" : "Cluster");

const kindOf = (resource: APIResource, group: string, version: string) => ({
  group: resource.group || group,
  version: resource.version || version,
  kind: resource.kind,
});
