import { UserError } from "../../lib/user-error.ts";
import { didYouMean } from "../near-words.ts";
import type { Discovery } from "./discovery.ts";
import { groupResource, type ResourceMapping } from "./resource-mapping.ts";

/** There is no such type: said without the prefix of other errors where kubectl asks its mapper itself. */
export class NoResourceTypeError extends Error {
  override readonly name = "NoResourceTypeError";

  /** For people at a terminal. */
  readonly suggestion: string | undefined;

  constructor(argument: string, { discovery }: Pick<ResourceMapper, "discovery">) {
    super(noResourceType(argument));
    this.suggestion = nearResources(argument, discovery);
  }
}

/** Finds resources by what users write. */
export interface ResourceMapper {
  readonly discovery: Discovery;
  /** `pods`, `pod`, `po`, `Pod`, `deployments.apps`, `deploy.v1.apps`. Throws as kubectl does when there is none. */
  resourceFor(argument: string): ResourceMapping;
  findResource(argument: string): ResourceMapping | undefined;
  /** The mapping of a manifest's type, or undefined when the server does not have it. */
  kindFor(apiVersion: string, kind: string): ResourceMapping | undefined;
  /** The resources of a category (`all`), as arguments for `resourceFor`; undefined when it is none. */
  category(name: string): readonly string[] | undefined;
}

interface Wanted {
  readonly resource: string;
  readonly version: string;
  readonly group: string;
}

export function createResourceMapper(discovery: Discovery, warn: (text: string) => void): ResourceMapper {
  const all = discovery.groups.flatMap(({ versions }) => versions.flatMap(({ resources }) => resources));
  const preferred = discovery.groups.flatMap(preferredResources);
  const findResource = (argument: string): ResourceMapping | undefined => {
    for (const wanted of readings(argument)) {
      const found = findByName(all, expanded(all, wanted, warn));
      if (found) return found;
    }
    return findByKind(all, argument);
  };
  return {
    discovery,
    findResource,
    resourceFor(argument) {
      const found = findResource(argument);
      if (found) return found;
      throw new UserError(noResourceType(argument), { suggestion: nearResources(argument, discovery) });
    },
    kindFor(apiVersion, kind) {
      return all.find((mapping) => mapping.kind === kind && groupVersion(mapping) === apiVersion);
    },
    category(name) {
      const members = preferred.filter(({ categories }) => categories.includes(name)).map(groupResource);
      return members.length === 0 ? undefined : [...new Set(members)];
    },
  };
}

const noResourceType = (argument: string): string =>
  `the server doesn't have a resource type ${JSON.stringify(argument.split(".")[0])}`;

function nearResources(argument: string, { groups }: Discovery): string | undefined {
  const names = groups.flatMap(preferredResources).flatMap(({ resource, singular }) => [resource, singular]);
  return didYouMean(argument.split(".")[0] ?? "", names);
}

const groupVersion = ({ group, version }: ResourceMapping): string => (group === "" ? version : `${group}/${version}`);

/** Each resource once, in the first version of its group that has it. */
export function preferredResources({ versions }: Discovery["groups"][number]): readonly ResourceMapping[] {
  const byName = new Map<string, ResourceMapping>();
  for (const { resources } of versions) {
    for (const mapping of resources) if (!byName.has(mapping.resource)) byName.set(mapping.resource, mapping);
  }
  return [...byName.values()];
}

/** `a.b.c` may be resource, version and group, or a resource in group `b.c`. */
function readings(argument: string): readonly Wanted[] {
  const [resource = "", ...rest] = argument.split(".");
  const inGroup = { resource, version: "", group: rest.join(".") };
  const [version = "", ...group] = rest;
  return rest.length >= 2 ? [{ resource, version, group: group.join(".") }, inGroup] : [inGroup];
}

/** Short names are compared as written; a name that exists in full is never taken for one. */
function expanded(all: readonly ResourceMapping[], wanted: Wanted, warn: (text: string) => void): Wanted {
  const inGroup = all.filter(({ group }) => wanted.group === "" || group === wanted.group);
  if (inGroup.some(({ resource, singular }) => wanted.resource === resource || wanted.resource === singular))
    return wanted;
  const named = inGroup.filter(({ shortNames }) => shortNames.includes(wanted.resource));
  const first = named[0] ?? all.find((mapping) => isShortNameInGroupPrefix(mapping, wanted));
  if (!first) return wanted;
  const others = new Set(named.map(groupResource));
  others.delete(groupResource(first));
  for (const other of others)
    warn(`short name ${JSON.stringify(wanted.resource)} could also match lower priority resource ${other}`);
  // The version is given up with the short name: Kubernetes does this too (client-go/restmapper/shortcut.go).
  return { resource: first.resource, group: first.group, version: "" };
}

const isShortNameInGroupPrefix = (mapping: ResourceMapping, { group, resource }: Wanted): boolean =>
  group !== "" && mapping.group.startsWith(group) && mapping.shortNames.includes(resource);

function findByName(all: readonly ResourceMapping[], wanted: Wanted): ResourceMapping | undefined {
  const name = wanted.resource.toLowerCase();
  const named = all.filter(
    ({ resource, singular, version }) =>
      (resource === name || singular === name) && (wanted.version === "" || version === wanted.version),
  );
  if (wanted.group === "") return wanted.version === "" ? named[0] : named.find(({ group }) => group === "");
  return (
    named.find(({ group }) => group === wanted.group) ??
    (wanted.version === "" ? named.find(({ group }) => group.startsWith(wanted.group)) : undefined)
  );
}

function findByKind(all: readonly ResourceMapping[], argument: string): ResourceMapping | undefined {
  const [kind = "", ...rest] = argument.split(".");
  const [version = "", ...group] = rest;
  return (
    all.find((each) => each.kind === kind && each.version === version && each.group === group.join(".")) ??
    all.find((each) => each.kind === kind && each.group === rest.join("."))
  );
}
