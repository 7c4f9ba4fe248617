import { compareVersions } from "../../api/custom-resources/version-order.ts";
import type { Kind, Subresource } from "../../api/kind.ts";
import { apiVersionOf } from "../../api/resource-type.ts";
import type { APIGroup, APIResource, APIResourceList, APIVersions } from "../../api/types/meta-v1.ts";
import type { ServedResource } from "../served-resources.ts";
import { storageVersionHash } from "./storage-version-hash.ts";

/** The order in which Kubernetes lists its groups and, within one, versions: clients take the first that knows a resource. */
const GROUP_ORDER: readonly string[] = [
  "",
  "apiregistration.k8s.io",
  "apps",
  "events.k8s.io",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "autoscaling",
  "batch",
  "certificates.k8s.io",
  "networking.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "storage.k8s.io",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "scheduling.k8s.io",
  "coordination.k8s.io",
  "node.k8s.io",
  "discovery.k8s.io",
  "resource.k8s.io",
  "flowcontrol.apiserver.k8s.io",
];

/** A group with its versions, the preferred one first. */
export interface GroupResources {
  readonly group: string;
  readonly versions: readonly { readonly version: string; readonly kinds: readonly Kind[] }[];
}

export function groupsOf(resources: Iterable<ServedResource>): readonly GroupResources[] {
  const byGroup = Map.groupBy(resources, ({ type }) => type.group);
  return [...byGroup]
    .toSorted(([a], [b]) => orderOf(a) - orderOf(b) || (a < b ? -1 : 1))
    .map(([group, members]) => ({
      group,
      versions: [...Map.groupBy(members, ({ type }) => type.version)]
        .toSorted(([a], [b]) => compareVersions(b, a))
        .map(([version, served]) => ({
          version,
          kinds: served.map(({ kind }) => kind).toSorted((a, b) => (a.type.resource < b.type.resource ? -1 : 1)),
        })),
    }));
}

function orderOf(group: string): number {
  const index = GROUP_ORDER.indexOf(group);
  return index === -1 ? GROUP_ORDER.length : index;
}

/** /api */
export const apiVersions = (serverAddress: string): APIVersions => ({
  kind: "APIVersions",
  // Kubernetes leaves it out here, and so does every client.
  apiVersion: "v1",
  versions: ["v1"],
  serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress }],
});

/** /apis */
export const apiGroupList = (groups: readonly GroupResources[]) => ({
  kind: "APIGroupList",
  apiVersion: "v1",
  groups: groups.filter(({ group }) => group !== "").map(groupEntry),
});

/** /apis/GROUP */
export const apiGroup = (group: GroupResources): APIGroup => ({
  kind: "APIGroup",
  apiVersion: "v1",
  ...groupEntry(group),
});

function groupEntry({ group, versions }: GroupResources): Omit<APIGroup, "kind" | "apiVersion"> {
  const entries = versions.map(({ version }) => ({ groupVersion: apiVersionOf({ group, version }), version }));
  return { name: group, versions: entries, preferredVersion: entries[0] };
}

/** /api/v1 and /apis/GROUP/VERSION */
export const apiResourceList = (
  group: string,
  version: string,
  kinds: readonly Kind[],
  allKinds: readonly Kind[],
): Omit<APIResourceList, "apiVersion"> => ({
  kind: "APIResourceList",
  // Clients of the oldest version know it without being told: Kubernetes does this too.
  ...(group === "" ? {} : { apiVersion: "v1" }),
  groupVersion: apiVersionOf({ group, version }),
  resources: kinds.flatMap((kind) => [
    resourceEntry(kind, allKinds),
    ...kind.subresources.map((each) => pathEntry(kind, each)),
  ]),
});

function resourceEntry(kind: Kind, allKinds: readonly Kind[]): APIResource {
  const { type, singular, verbs, shortNames, categories } = kind;
  return {
    name: type.resource,
    singularName: singular,
    namespaced: type.namespaced,
    kind: type.kind,
    verbs: [...verbs],
    ...(shortNames.length > 0 ? { shortNames: [...shortNames] } : {}),
    ...(categories.length > 0 ? { categories: [...categories] } : {}),
    ...(verbs.includes("list") && verbs.includes("create")
      ? { storageVersionHash: storageVersionHash(kind, allKinds) }
      : {}),
  };
}

function pathEntry({ type }: Kind, subresource: Subresource): APIResource {
  const { kind, verbs } = subresourceFacts(type, subresource);
  const isForeign = kind.group !== type.group || kind.version !== type.version;
  return {
    name: `${type.resource}/${subresource.name}`,
    singularName: "",
    namespaced: type.namespaced,
    ...(isForeign ? { group: kind.group, version: kind.version } : {}),
    kind: kind.kind,
    verbs: [...verbs],
  };
}

interface SubresourceFacts {
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly verbs: readonly string[];
}

const SCALE = { group: "autoscaling", version: "v1", kind: "Scale" };

/** The kind and verbs of a path below an object; /status and /scale are alike for all kinds. */
export function subresourceFacts(type: Kind["type"], subresource: Subresource): SubresourceFacts {
  if ("kind" in subresource) return subresource;
  const verbs = ["get", "patch", "update"];
  return subresource.name === "scale" ? { kind: SCALE, verbs } : { kind: type, verbs };
}
