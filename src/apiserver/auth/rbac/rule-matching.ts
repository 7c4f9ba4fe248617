import type { Attributes } from "../authorizer.ts";

/** A PolicyRule, or part of the answer to what somebody may do. */
export interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[] | undefined;
  readonly resources?: readonly string[] | undefined;
  readonly resourceNames?: readonly string[] | undefined;
  readonly nonResourceURLs?: readonly string[] | undefined;
}

/** Does this rule let its holder do that? As upstream's pkg/apis/rbac/v1/evaluation_helpers.go. */
export function ruleAllows(rule: Rule, attributes: Attributes): boolean {
  if (!hasOrAll(rule.verbs, attributes.verb)) return false;
  if (attributes.type === "path") return urlMatches(rule.nonResourceURLs, attributes.path);
  const { group, resource, subresource, name } = attributes;
  return (
    hasOrAll(rule.apiGroups, group) && resourceMatches(rule.resources, resource, subresource) && nameMatches(rule, name)
  );
}

/** A rule is for one path, for all below it (`/healthz/*`), or for all there are (`*`). */
export function urlMatches(urls: readonly string[] | undefined, path: string): boolean {
  if (!urls) return false;
  return urls.some((url) => url === path || (url.endsWith("*") && path.startsWith(url.replace(/\*+$/, ""))));
}

export function hasOrAll(list: readonly string[] | undefined, wanted: string): boolean {
  return list !== undefined && (list.includes(wanted) || list.includes("*"));
}

// "*" is for every resource and subresource; "*" before a slash for that subresource of every resource.
function resourceMatches(resources: readonly string[] | undefined, resource: string, subresource: string): boolean {
  if (subresource === "") return hasOrAll(resources, resource);
  return hasOrAll(resources, `${resource}/${subresource}`) || resources?.includes(`*/${subresource}`) === true;
}

/** Requests without a name, such as lists and creations, match no rule that is for certain names. */
function nameMatches({ resourceNames }: Rule, name: string): boolean {
  return !resourceNames?.length || resourceNames.includes(name);
}
