import { authorizerUnion } from "../../../apiserver/auth/authorizer-union.ts";
import type { Authorizer } from "../../../apiserver/auth/authorizer.ts";
import { nodeAuthorizer } from "../../../apiserver/auth/node-authorizer.ts";
import type { NodeGraph } from "../../../apiserver/auth/node-graph.ts";
import { rbacAuthorizer } from "../../../apiserver/auth/rbac/rbac-authorizer.ts";
import type { RbacPolicy } from "../../../apiserver/auth/rbac/rbac-policy.ts";
import { componentRoles } from "./component-roles.ts";
import { policyRule } from "./role-facts.ts";

/** Users by their roles, node agents by the fixed rules of theirs and what their pods refer to: changing the role system:node changes nothing. */
export function clusterAuthorizer(policy: RbacPolicy, graph: NodeGraph): Authorizer {
  const nodeRules = componentRoles["system:node"].rules.map((line) => policyRule(line));
  return authorizerUnion([nodeAuthorizer(nodeRules, graph), rbacAuthorizer(policy)]);
}
