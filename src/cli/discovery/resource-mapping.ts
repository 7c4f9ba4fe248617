/** One resource of a server, in one version: what discovery says of it. */
export interface ResourceMapping {
  readonly group: string;
  readonly version: string;
  /** The plural, as in paths. */
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  readonly subresources: readonly string[];
}

/** `pods`, or `deployments.apps`. */
export function groupResource({ group, resource }: Pick<ResourceMapping, "group" | "resource">): string {
  return group === "" ? resource : `${resource}.${group}`;
}

/** `pod`, or `deployment.apps`: how kubectl names an object's kind in front of its name. */
export function kindPrefix({ group, kind }: Pick<ResourceMapping, "group" | "kind">): string {
  return (group === "" ? kind : `${kind}.${group}`).toLowerCase();
}

export function apiVersionOfMapping({ group, version }: Pick<ResourceMapping, "group" | "version">): string {
  return group === "" ? version : `${group}/${version}`;
}
