import { compactedRules, piecesOf, type Rule } from "../../api/rbac-rules.ts";
import type { PolicyRule } from "../../api/types/rbac-v1.ts";
import { byteOrder } from "../../lib/json/json-text.ts";

/** Rules as kubectl lists them: one row for each resource or path, with resources, paths, names and verbs. */
export function ruleRows(rules: readonly Rule[]): readonly (readonly [string, string, string, string])[] {
  return compactedRules(rules.flatMap(piecesOf))
    .toSorted((left, right) => byteOrder(sortKey(left), sortKey(right)))
    .map(({ resources, apiGroups, nonResourceURLs, resourceNames, verbs }) => [
      resourceText(resources, apiGroups),
      listText(nonResourceURLs),
      listText(resourceNames),
      listText(verbs),
    ]);
}

const listText = (list: readonly string[] | undefined): string => `[${(list ?? []).join(" ")}]`;

/** `deployments.apps/scale`. */
function resourceText([resource]: readonly string[] = [], [group = ""]: readonly string[] = []): string {
  if (resource === undefined) return "";
  const [name = "", ...subresource] = resource.split("/");
  return [group === "" ? name : `${name}.${group}`, ...(subresource.length === 0 ? [] : [subresource.join("/")])].join(
    "/",
  );
}

/** How Go prints a rule: kubectl sorts by it. */
function sortKey({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: PolicyRule): string {
  const parts = {
    Verbs: verbs,
    APIGroups: apiGroups,
    Resources: resources,
    ResourceNames: resourceNames,
    NonResourceURLs: nonResourceURLs,
  };
  return Object.entries(parts)
    .map(([name, list]) => `${name}:${listText(list)},`)
    .join("");
}
