import { labelSelectorOf } from "../api/label-selector.ts";
import { clusterroles } from "../api/resources.ts";
import type { ClusterRole, PolicyRule } from "../api/types/rbac-v1.ts";
import type { Action } from "./actions.ts";
import { defineController, watch } from "./controller.ts";

interface AggregationSnapshot {
  readonly role: ClusterRole;
  readonly others: readonly ClusterRole[];
}

/** Fills cluster roles that have an aggregation rule with the rules of the roles it selects. */
export const clusterRoleAggregationController = defineController<AggregationSnapshot>({
  name: "clusterrole-aggregation-controller",
  connect({ informers }) {
    const informer = informers.informer(clusterroles);
    // Any role may be, or have been, part of any aggregated one; there are few of those.
    const aggregated = (): string[] =>
      informer.list().flatMap(({ metadata, aggregationRule }) => (aggregationRule ? [metadata.name ?? ""] : []));
    return {
      watches: [watch(informer, ({ metadata }) => [metadata.name ?? "", ...aggregated()])],
      snapshot(key) {
        const role = informer.get(key);
        return role?.aggregationRule && { role, others: informer.list().filter((other) => other !== role) };
      },
    };
  },
  reconcile: aggregationActions,
});

function aggregationActions({ role, others }: AggregationSnapshot): readonly Action[] {
  const rules = aggregatedRules(role, others);
  if (Bun.deepEquals(rules, role.rules ?? [])) return [];
  const object: ClusterRole = { ...role, rules: [...rules] };
  return [{ do: "update", type: clusterroles, object }];
}

/** In the order of the selectors, of the names, and of the rules of each role; each rule once. */
function aggregatedRules({ aggregationRule }: ClusterRole, others: readonly ClusterRole[]): readonly PolicyRule[] {
  const byName = others.toSorted((a, b) => ((a.metadata.name ?? "") < (b.metadata.name ?? "") ? -1 : 1));
  const rules = new Map<string, PolicyRule>();
  for (const selector of aggregationRule?.clusterRoleSelectors ?? []) {
    const { matches } = labelSelectorOf(selector);
    for (const { metadata, rules: own = [] } of byName) {
      if (matches(metadata.labels)) for (const rule of own) rules.set(JSON.stringify(sorted(rule)), rule);
    }
  }
  return [...rules.values()];
}

/** The same rule gives the same text, in whichever order its fields were written. */
const sorted = (rule: PolicyRule) => Object.entries(rule).toSorted(([a], [b]) => (a < b ? -1 : 1));
