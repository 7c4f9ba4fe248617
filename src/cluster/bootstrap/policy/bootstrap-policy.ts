import type { ObjectMeta } from "../../../api/types/meta-v1.ts";
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding, Subject } from "../../../api/types/rbac-v1.ts";
import { clusterBindings, systemAccount, user } from "./cluster-bindings.ts";
import { componentRoles } from "./component-roles.ts";
import { controllerRoles } from "./controller-roles.ts";
import { namespacedBindings, namespacedRoles } from "./namespaced-policy.ts";
import { policyRule, type RoleFacts } from "./role-facts.ts";
import { userRoles } from "./user-roles.ts";

/** The roles and bindings that a cluster has from the start. */
export interface BootstrapPolicy {
  readonly clusterRoles: readonly ClusterRole[];
  readonly clusterRoleBindings: readonly ClusterRoleBinding[];
  readonly roles: readonly Role[];
  readonly roleBindings: readonly RoleBinding[];
}

const RBAC = "rbac.authorization.k8s.io";
const API_VERSION = `${RBAC}/v1`;

export function bootstrapPolicy(): BootstrapPolicy {
  const controllers = Object.keys(controllerRoles);
  return {
    clusterRoles: [
      ...Object.entries({ ...userRoles, ...componentRoles }).map(([name, facts]) => clusterRole(name, facts)),
      ...Object.entries(controllerRoles).map(([name, facts]) => clusterRole(controllerRoleName(name), facts)),
    ],
    clusterRoleBindings: [
      ...Object.entries(clusterBindings).map(([name, subjects]) => clusterRoleBinding(name, subjects)),
      ...controllers.map((name) => clusterRoleBinding(controllerRoleName(name), [systemAccount(name)])),
    ],
    roles: namespacedRoles.map(({ namespace, name, rules }) => ({
      apiVersion: API_VERSION,
      kind: "Role",
      metadata: { ...bootstrapMetadata(name), namespace },
      rules: rules.map((line) => policyRule(line)),
    })),
    roleBindings: namespacedBindings.map(({ namespace, name, role = name, users = [], serviceAccounts = [] }) => ({
      apiVersion: API_VERSION,
      kind: "RoleBinding",
      metadata: { ...bootstrapMetadata(name), namespace },
      roleRef: { apiGroup: RBAC, kind: "Role", name: role },
      subjects: [...users.map((each) => user(each)), ...serviceAccounts.map((each) => systemAccount(each))],
    })),
  };
}

const controllerRoleName = (controller: string): string => `system:controller:${controller}`;

const bootstrapMetadata = (name: string, labels: Record<string, string> = {}): ObjectMeta => ({
  name,
  labels: { "kubernetes.io/bootstrapping": "rbac-defaults", ...labels },
  annotations: { "rbac.authorization.kubernetes.io/autoupdate": "true" },
});

function clusterRole(name: string, { rules, aggregatesTo, isAggregated }: RoleFacts): ClusterRole {
  const metadata = bootstrapMetadata(name, aggregatesTo === undefined ? {} : aggregationLabel(aggregatesTo));
  const role = { apiVersion: API_VERSION, kind: "ClusterRole", metadata };
  if (isAggregated)
    return { ...role, aggregationRule: { clusterRoleSelectors: [{ matchLabels: aggregationLabel(name) }] } };
  return { ...role, rules: rules.map((line) => policyRule(line)) };
}

const aggregationLabel = (role: string): Record<string, string> => ({ [`${RBAC}/aggregate-to-${role}`]: "true" });

function clusterRoleBinding(name: string, subjects: readonly Subject[]): ClusterRoleBinding {
  return {
    apiVersion: API_VERSION,
    kind: "ClusterRoleBinding",
    metadata: bootstrapMetadata(name),
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name },
    ...(subjects.length > 0 ? { subjects: [...subjects] } : {}),
  };
}
