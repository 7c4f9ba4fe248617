import type { ResourceType } from "../api/resource-type.ts";

/** A resource of the server as discovery tells of it. */
export interface DashboardResource extends ResourceType {
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
}

/** One object of a resource. */
export interface ObjectAddress {
  readonly resource: DashboardResource;
  /** Undefined where the resource has no namespaces. */
  readonly namespace: string | undefined;
  readonly name: string;
}

/** `pods`, or `deployments.apps`: unique on a server. */
export function qualifiedName({ group, resource }: Pick<DashboardResource, "group" | "resource">): string {
  return group === "" ? resource : `${resource}.${group}`;
}

/** `pod/web-0`, for messages. */
export function addressText({ resource, name }: ObjectAddress): string {
  return `${resource.singular}/${name}`;
}

/** Finds by plural, singular, short name or kind, with or without a group, in any case. */
export function findResource(resources: readonly DashboardResource[], text: string): DashboardResource | undefined {
  const wanted = text.toLowerCase();
  const dot = wanted.indexOf(".");
  const name = dot < 0 ? wanted : wanted.slice(0, dot);
  const group = dot < 0 ? undefined : wanted.slice(dot + 1);
  const inGroup = resources.filter((each) => group === undefined || each.group.startsWith(group));
  return (
    inGroup.find(({ resource, singular, kind }) => [resource, singular, kind.toLowerCase()].includes(name)) ??
    inGroup.find(({ shortNames }) => shortNames.includes(name))
  );
}

/** What the word may become: full names first, in the server's order. */
export function resourceCompletions(resources: readonly DashboardResource[], start: string): readonly string[] {
  const wanted = start.toLowerCase();
  const names = resources.flatMap(({ resource, shortNames }) => [resource, ...shortNames]);
  const starting = names.filter((name) => name.startsWith(wanted));
  return [...new Set(starting)].toSorted((left, right) => left.length - right.length || (left < right ? -1 : 1));
}

export function resourceOfKind(
  resources: readonly DashboardResource[],
  apiVersion: string,
  kind: string,
): DashboardResource | undefined {
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  return resources.find((each) => each.kind === kind && each.group === group);
}
