import { compareVersions } from "../../api/custom-resources/version-order.ts";
import {
  builtInPriority,
  CUSTOM_PRIORITY,
  type DiscoveryPriority,
  REGISTRATION_PRIORITY,
} from "../../api/discovery-priority.ts";
import type { Kind, Subresource } from "../../api/kind.ts";
import { apiVersionOf } from "../../api/resource-type.ts";
import { apiservices } from "../../api/resources.ts";
import type { APIVersionDiscovery } from "../../api/types/apidiscovery-v2.ts";
import type { APIGroup, APIResource, APIResourceList, APIVersions } from "../../api/types/meta-v1.ts";
import type { Extensions } from "../aggregation/extensions.ts";
import type { ServedResource } from "../served-resources.ts";
import { storageVersionHash } from "./storage-version-hash.ts";

/** A group with its versions, the preferred one first. */
export interface GroupResources {
  readonly group: string;
  readonly versions: readonly VersionResources[];
}

/** A version, served by this server or, as far as it told, by another one. */
export interface VersionResources {
  readonly version: string;
  readonly kinds: readonly Kind[];
  /** What another server says it has; `unknown` until it was asked. Absent: this server has it. */
  readonly remote?: APIVersionDiscovery | "unknown";
}

/** In the order of their priorities: clients take the first that knows a resource. */
export function groupsOf(resources: Iterable<ServedResource>, extensions: Extensions): readonly GroupResources[] {
  const members = [...membersOf(resources, extensions)];
  const groups = [...Map.groupBy(members, ({ group }) => group)].map(([group, own]) => ({
    group,
    priority: Math.max(...own.map(({ priority }) => priority.group)),
    versions: own
      .toSorted((a, b) => b.priority.version - a.priority.version || compareVersions(b.version, a.version))
      .map(({ version, kinds, remote }) => ({ version, kinds, ...(remote ? { remote } : {}) })),
  }));
  return groups.toSorted((a, b) => b.priority - a.priority || (a.group < b.group ? -1 : 1));
}

interface Member extends VersionResources {
  readonly group: string;
  readonly priority: DiscoveryPriority;
}

function* membersOf(resources: Iterable<ServedResource>, extensions: Extensions): Generator<Member> {
  for (const [apiVersion, served] of Map.groupBy(resources, (each) => each.apiVersion)) {
    const [first] = served;
    if (!first || extensions.find(first.type.group, first.type.version)) continue;
    const { group, version } = first.type;
    const kinds = served.map(({ kind }) => kind).toSorted((a, b) => (a.type.resource < b.type.resource ? -1 : 1));
    yield { group, version, kinds, priority: extensions.priorityOf(group, version) ?? priorityOf(apiVersion, kinds) };
  }
  for (const extension of extensions.all()) {
    const { group, version } = extension;
    const priority = extensions.priorityOf(group, version) ?? CUSTOM_PRIORITY;
    yield { group, version, kinds: [], remote: extensions.documentsOf(extension).discovery ?? "unknown", priority };
  }
}

/** Where no APIService says it. */
function priorityOf(apiVersion: string, kinds: readonly Kind[]): DiscoveryPriority {
  if (kinds.some(({ type }) => type.group === apiservices.group)) return REGISTRATION_PRIORITY;
  return builtInPriority(apiVersion) ?? CUSTOM_PRIORITY;
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
