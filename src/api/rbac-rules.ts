import type { PolicyRule } from "./types/rbac-v1.ts";

/** A PolicyRule, or part of the answer to what somebody may do. */
export interface Rule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[] | undefined;
  readonly resources?: readonly string[] | undefined;
  readonly resourceNames?: readonly string[] | undefined;
  readonly nonResourceURLs?: readonly string[] | undefined;
}

/** What `wanted` gives beyond what `held` gives, in pieces of one verb and one resource or path each. */
export function uncoveredRules(held: readonly Rule[], wanted: readonly PolicyRule[]): readonly PolicyRule[] {
  return wanted.flatMap((rule) => piecesOf(rule)).filter((piece) => !held.some((rule) => covers(rule, piece)));
}

/** The pieces of one resource as one rule with all its verbs; those of paths stay as they are, as upstream leaves them. */
export function compactedRules(pieces: readonly PolicyRule[]): readonly PolicyRule[] {
  const paths = pieces.filter(({ nonResourceURLs }) => nonResourceURLs);
  const byTarget = new Map<string, PolicyRule>();
  for (const piece of pieces) {
    if (piece.nonResourceURLs) continue;
    const { verbs, ...target } = piece;
    const key = JSON.stringify(target);
    const known = byTarget.get(key);
    byTarget.set(key, known ? { ...known, verbs: [...known.verbs, ...verbs] } : piece);
  }
  return [...paths, ...byTarget.values()];
}

/** A rule in pieces of one verb, and one resource, name or path each. */
export function piecesOf(rule: Rule): readonly PolicyRule[] {
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

/** A rule is for one path, for all below it (`/healthz/*`), or for all there are (`*`). */
export function urlMatches(urls: readonly string[] | undefined, path: string): boolean {
  if (!urls) return false;
  return urls.some((url) => url === path || (url.endsWith("*") && path.startsWith(url.replace(/\*+$/, ""))));
}

export function hasOrAll(list: readonly string[] | undefined, wanted: string): boolean {
  return list !== undefined && (list.includes(wanted) || list.includes("*"));
}
