import type { RoleRef, Subject } from "../../types/rbac-v1.ts";

export const RBAC_GROUP = "rbac.authorization.k8s.io";

/** Users and groups are of this API group, service accounts of the core group. */
export function bindingDefaults({
  roleRef,
  subjects = [],
}: {
  roleRef: RoleRef;
  subjects?: Subject[] | undefined;
}): void {
  roleRef.apiGroup ||= RBAC_GROUP;
  for (const subject of subjects) {
    if (subject.kind === "User" || subject.kind === "Group") subject.apiGroup ||= RBAC_GROUP;
  }
}
