import type { KubeObject, ResourceType } from "../../../api/resource-type.ts";
import { clusterrolebindings, clusterroles, rolebindings, roles } from "../../../api/resources.ts";
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from "../../../api/types/rbac-v1.ts";
import type { RbacPolicy } from "../../../apiserver/auth/rbac/rbac-policy.ts";
import type { Client } from "../../../client/client.ts";
import { bootstrapPolicy } from "./bootstrap-policy.ts";
import { isProtected, reconciledBinding, reconciledRole } from "./reconciled-policy.ts";

/**
 * Creates what is missing of the bootstrap policy and completes what is incomplete. `policy` is what the authorizer already
 * has in memory, so that a start with nothing to do reads and writes nothing; all writes go at once, to share a commit.
 */
export async function ensureBootstrapPolicy(client: Client, policy: RbacPolicy): Promise<void> {
  const wanted = bootstrapPolicy();
  await Promise.all([
    ...wanted.clusterRoles.map((role) => ensureRole(client, clusterroles, policy, role)),
    ...wanted.roles.map((role) => ensureRole(client, roles, policy, role)),
    ...wanted.clusterRoleBindings.map((binding) => ensureBinding(client, clusterrolebindings, policy, binding)),
    ...wanted.roleBindings.map((binding) => ensureBinding(client, rolebindings, policy, binding)),
  ]);
}

async function ensureRole<T extends Role | ClusterRole>(
  client: Client,
  type: ResourceType<T>,
  policy: RbacPolicy,
  wanted: T,
): Promise<void> {
  const present = policy.role(wanted);
  if (!present) await client.resource(type).create(wanted);
  else {
    const reconciled = reconciledRole(present, wanted);
    if (reconciled) await client.resource(type).update(reconciled);
  }
}

async function ensureBinding<T extends RoleBinding | ClusterRoleBinding>(
  client: Client,
  type: ResourceType<T>,
  policy: RbacPolicy,
  wanted: T,
): Promise<void> {
  const resource = client.resource(type);
  const present = policy.binding(wanted);
  if (!present) {
    await resource.create(wanted);
    return;
  }
  if (!Bun.deepEquals(present.roleRef, wanted.roleRef) && !isProtected(present)) {
    // A binding cannot come to give another role.
    await resource.delete(keyOf(present));
    await resource.create({ ...wanted, subjects: present.subjects });
    return;
  }
  const reconciled = reconciledBinding(present, wanted);
  if (reconciled) await resource.update(reconciled);
}

const keyOf = ({ metadata }: KubeObject) => ({ name: metadata.name ?? "", namespace: metadata.namespace });
