import type { PolicyRule } from "../../../api/types/rbac-v1.ts";
import type { Decision, PathRule, ResourceRule, SyncAuthorizer } from "../authorizer.ts";
import { MASTERS_GROUP } from "../user-info.ts";
import type { Grant, RbacPolicy } from "./rbac-policy.ts";
import { ruleAllows } from "./rule-matching.ts";

/** Lets a user do what the roles bound to them and their groups say, and members of system:masters everything. */
export function rbacAuthorizer(policy: RbacPolicy): SyncAuthorizer {
  return {
    authorize(attributes): Decision {
      const { user } = attributes;
      if (user.groups.includes(MASTERS_GROUP)) return { allowed: true, reason: "" };
      const namespace = attributes.type === "path" ? "" : attributes.namespace;
      let allowing: Grant | undefined;
      const missing = new Set<string>();
      policy.visit(user, namespace, (grant) => {
        const rules = policy.rulesOf(grant);
        if (!rules) missing.add(roleNotFound(grant));
        else if (rules.some((rule) => ruleAllows(rule, attributes))) allowing = grant;
        return allowing !== undefined;
      });
      if (allowing) return { allowed: true, reason: `RBAC: allowed by ${allowing.source}` };
      return { allowed: false, reason: missing.size === 0 ? "" : `RBAC: ${aggregated(missing)}` };
    },
    rules(user, namespace) {
      const resourceRules: ResourceRule[] = [];
      const pathRules: PathRule[] = [];
      const missing = new Set<string>();
      policy.visit(user, namespace, (grant) => {
        const rules = policy.rulesOf(grant);
        if (!rules) missing.add(roleNotFound(grant));
        for (const rule of rules ?? []) addRule(rule, resourceRules, pathRules);
        return false;
      });
      const evaluationError = missing.size === 0 ? undefined : aggregated(missing);
      return { resourceRules, pathRules, incomplete: false, evaluationError };
    },
  };
}

function addRule(rule: PolicyRule, resourceRules: ResourceRule[], pathRules: PathRule[]): void {
  const { verbs, apiGroups = [], resources = [], resourceNames, nonResourceURLs = [] } = rule;
  if (resources.length > 0) {
    resourceRules.push({ verbs, apiGroups, resources, ...(resourceNames?.length ? { resourceNames } : {}) });
  }
  if (nonResourceURLs.length > 0) pathRules.push({ verbs, nonResourceURLs });
}

const roleNotFound = ({ binding: { roleRef } }: Grant): string =>
  `${roleRef.kind.toLowerCase()}.rbac.authorization.k8s.io ${JSON.stringify(roleRef.name)} not found`;

function aggregated(messages: ReadonlySet<string>): string {
  const text = [...messages].join(", ");
  return messages.size === 1 ? text : `[${text}]`;
}
