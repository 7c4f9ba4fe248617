import type { Column } from "../../kind.ts";
import type { ClusterRoleBinding, RoleBinding, Subject } from "../../types/rbac-v1.ts";
import { ageColumn, nameColumn, text, wide } from "../columns.ts";

/** Of both kinds that bind a role to subjects. */
export const bindingColumns: readonly Column<RoleBinding | ClusterRoleBinding>[] = [
  nameColumn,
  text("Role", ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`),
  ageColumn,
  wide("Users", ({ subjects }) => subjectsText(subjects, "User")),
  wide("Groups", ({ subjects }) => subjectsText(subjects, "Group")),
  wide("ServiceAccounts", ({ subjects }) => subjectsText(subjects, "ServiceAccount")),
];

function subjectsText(subjects: readonly Subject[] = [], wanted: "User" | "Group" | "ServiceAccount"): string {
  return subjects
    .filter(({ kind }) => kind === wanted)
    .map(({ name, namespace }) => (wanted === "ServiceAccount" ? `${namespace ?? ""}/${name}` : name))
    .join(", ");
}
