import type { PolicyRule } from "../../../api/types/rbac-v1.ts";
import { hasOrAll, urlMatches, type Rule } from "./rule-matching.ts";

/** What `wanted` gives beyond what `held` gives, in pieces of one verb and one resource or path each. */
export function uncoveredRules(held: readonly Rule[], wanted: readonly PolicyRule[]): readonly PolicyRule[] {
  return wanted.flatMap((rule) => piecesOf(rule)).filter((piece) => !held.some((rule) => covers(rule, piece)));
}

function piecesOf(rule: PolicyRule): PolicyRule[] {
  const { verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] } = rule;
  const named = resourceNames.length === 0 ? [{}] : resourceNames.map((name) => ({ resourceNames: [name] }));
  const pieces: PolicyRule[] = [];
  for (const verb of verbs) {
    for (const group of apiGroups) {
      for (const resource of resources) {
        for (const names of named) pieces.push({ apiGroups: [group], resources: [resource], verbs: [verb], ...names });
      }
    }
    for (const url of nonResourceURLs) pieces.push({ nonResourceURLs: [url], verbs: [verb] });
  }
  return pieces;
}

/** A piece has one of everything. */
function covers(rule: Rule, piece: PolicyRule): boolean {
  if (!hasOrAll(rule.verbs, piece.verbs[0] ?? "")) return false;
  const url = piece.nonResourceURLs?.[0];
  if (url !== undefined) return urlMatches(rule.nonResourceURLs, url);
  return (
    hasOrAll(rule.apiGroups, piece.apiGroups?.[0] ?? "") &&
    coversResource(rule.resources, piece.resources?.[0] ?? "") &&
    coversNames(rule.resourceNames, piece.resourceNames)
  );
}

function coversResource(held: readonly string[] | undefined, wanted: string): boolean {
  if (hasOrAll(held, wanted)) return true;
  const slash = wanted.indexOf("/");
  return slash !== -1 && held?.includes(`*${wanted.slice(slash)}`) === true;
}

function coversNames(held: readonly string[] | undefined, wanted: readonly string[] | undefined): boolean {
  if (!held?.length) return true;
  return wanted !== undefined && wanted.every((name) => held.includes(name));
}
