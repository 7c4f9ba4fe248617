import { forbidden, notFound } from "../../api/api-error.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import { clusterrolebindings, clusterroles, rolebindings, roles } from "../../api/resources.ts";
import { semanticEqual } from "../../api/semantic-equal.ts";
import type { ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding } from "../../api/types/rbac-v1.ts";
import type { Authorizer } from "../auth/authorizer.ts";
import { ungrantedRules } from "../auth/rbac/ungranted-rules.ts";
import { MASTERS_GROUP } from "../auth/user-info.ts";
import type { ObjectReader } from "../objects/object-reader.ts";
import type { AdmissionPlugin, AdmissionRequest } from "./admission.ts";

/** What only those may do who may do everything. */
const EVERYTHING: readonly PolicyRule[] = [
  { apiGroups: ["*"], resources: ["*"], verbs: ["*"] },
  { nonResourceURLs: ["*"], verbs: ["*"] },
];

/**
 * Nobody gives away by a role or binding what they do not have, unless they may `escalate` the role or `bind` it. Upstream
 * checks it in the storage of these kinds (pkg/registry/rbac), ahead of their validation.
 */
export const rbacEscalation = (reader: ObjectReader, authorizer: Authorizer): AdmissionPlugin => ({
  name: "RBACEscalation",
  async validate(request) {
    const { resource, subresource, object, oldObject, user } = request;
    if (resource.type.group !== clusterroles.group || subresource !== "" || !object) return;
    if (user.groups.includes(MASTERS_GROUP) || (oldObject && changesCleanUpOnly(object, oldObject))) return;
    switch (resource.type.resource) {
      case roles.resource:
      case clusterroles.resource:
        await checkRole(request, object, authorizer);
        break;
      case rolebindings.resource:
      case clusterrolebindings.resource:
        await checkBinding(request, object as RoleBinding | ClusterRoleBinding, { reader, authorizer });
        break;
    }
  },
});

async function checkRole(request: AdmissionRequest, role: Role | ClusterRole, authorizer: Authorizer): Promise<void> {
  const { resource, namespace, name } = request;
  if (await may("escalate", { resource: resource.type.resource, namespace, name }, request, authorizer)) return;
  await requireHeld(role.rules ?? [], request, authorizer);
  if (!isAggregated(role) && !(request.oldObject && isAggregated(request.oldObject))) return;
  // It could gather anything.
  const ungranted = await ungrantedRules(EVERYTHING, request, authorizer);
  if (ungranted !== undefined) throw refused(request, "must have cluster-admin privileges to use the aggregationRule");
}

const isAggregated = (role: Role | ClusterRole): boolean =>
  "aggregationRule" in role && (role.aggregationRule?.clusterRoleSelectors?.length ?? 0) > 0;

async function checkBinding(
  request: AdmissionRequest,
  { roleRef }: RoleBinding | ClusterRoleBinding,
  { reader, authorizer }: { readonly reader: ObjectReader; readonly authorizer: Authorizer },
): Promise<void> {
  const { namespace } = request;
  const type = roleRef.kind === "Role" ? roles : clusterroles;
  if (await may("bind", { resource: type.resource, namespace, name: roleRef.name }, request, authorizer)) return;
  const role = await reader.find<Role | ClusterRole>(type, type.namespaced ? namespace : "", roleRef.name);
  if (!role) throw notFound(type, roleRef.name);
  await requireHeld(role.rules ?? [], request, authorizer);
}

async function may(
  verb: "escalate" | "bind",
  on: { readonly resource: string; readonly namespace: string; readonly name: string },
  { user }: AdmissionRequest,
  authorizer: Authorizer,
): Promise<boolean> {
  const { group } = clusterroles;
  const decision = await authorizer.authorize({
    type: "resource",
    user,
    verb,
    group,
    version: "*",
    subresource: "",
    ...on,
  });
  return decision.allowed;
}

async function requireHeld(
  rules: readonly PolicyRule[],
  request: AdmissionRequest,
  authorizer: Authorizer,
): Promise<void> {
  const ungranted = await ungrantedRules(rules, request, authorizer);
  if (ungranted !== undefined) throw refused(request, ungranted);
}

const refused = ({ resource, object }: AdmissionRequest, detail: string): Error =>
  forbidden(resource.type, object?.metadata.name ?? "", detail);

/** What the garbage collector changes, which has none of the rights that it lets go. */
function changesCleanUpOnly(object: KubeObject, old: Readonly<KubeObject>): boolean {
  const { ownerReferences, finalizers, managedFields } = old.metadata;
  return semanticEqual(
    { ...object, metadata: { ...object.metadata, ownerReferences, finalizers, managedFields } },
    old,
  );
}
