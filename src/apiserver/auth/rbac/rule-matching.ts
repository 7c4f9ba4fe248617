import { hasOrAll, type Rule, urlMatches } from "../../../api/rbac-rules.ts";
import type { Attributes } from "../authorizer.ts";

/** Does this rule let its holder do that? As upstream's pkg/apis/rbac/v1/evaluation_helpers.go. */
export function ruleAllows(rule: Rule, attributes: Attributes): boolean {
  if (!hasOrAll(rule.verbs, attributes.verb)) return false;
  if (attributes.type === "path") return urlMatches(rule.nonResourceURLs, attributes.path);
  const { group, resource, subresource, name } = attributes;
  return (
    hasOrAll(rule.apiGroups, group) && resourceMatches(rule.resources, resource, subresource) && nameMatches(rule, name)
  );
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
