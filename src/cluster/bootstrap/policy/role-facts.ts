import type { PolicyRule } from "../../../api/types/rbac-v1.ts";

/** A role, short enough to be read in a table. */
export interface RoleFacts {
  readonly rules: readonly string[];
  /** The role that takes these rules in. */
  readonly aggregatesTo?: string;
  /** Its rules are those of the roles that aggregate to it. */
  readonly isAggregated?: boolean;
}

/**
 * The rule of a line: `verbs groups resources` or `verbs groups resources names`, or `verbs paths`; each a list with commas.
 * The core group is called `core`.
 */
export function policyRule(line: string): PolicyRule {
  const [verbs = [], first = [], resources, resourceNames] = line.split(" ").map((field) => field.split(","));
  if (!resources) return { nonResourceURLs: first, verbs };
  const apiGroups = first.map((group) => (group === "core" ? "" : group));
  return { apiGroups, resources, ...(resourceNames ? { resourceNames } : {}), verbs };
}
