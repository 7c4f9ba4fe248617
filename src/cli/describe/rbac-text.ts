import type { ObjectMeta } from "../../api/types/meta-v1.ts";
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from "../../api/types/rbac-v1.ts";
import { ruleRows } from "../rbac/rule-rows.ts";
import { DescribeText } from "./describe-text.ts";
import { annotations, labelLines } from "./values.ts";

export function roleText({ metadata, rules }: Role | ClusterRole): string {
  const out = nameLabelsAnnotations(metadata);
  out.line(0, "PolicyRule:");
  out.line(1, "Resources", "Non-Resource URLs", "Resource Names", "Verbs");
  out.line(1, "---------", "-----------------", "--------------", "-----");
  for (const row of ruleRows(rules ?? [])) out.line(1, ...row);
  return out.toString();
}

export function roleBindingText({ metadata, roleRef, subjects }: RoleBinding | ClusterRoleBinding): string {
  const out = nameLabelsAnnotations(metadata);
  out.line(0, "Role:");
  out.line(1, "Kind:", roleRef.kind);
  out.line(1, "Name:", roleRef.name);
  out.line(0, "Subjects:");
  out.line(1, "Kind", "Name", "Namespace");
  out.line(1, "----", "----", "---------");
  for (const { kind, name, namespace = "" } of subjects ?? []) out.line(1, kind, name, namespace);
  return out.toString();
}

/** These kinds do not show their namespace. */
function nameLabelsAnnotations(metadata: ObjectMeta): DescribeText {
  const out = new DescribeText();
  out.line(0, "Name:", metadata.name ?? "");
  out.multiline(0, "Labels:", labelLines(metadata.labels));
  annotations(out, 0, "Annotations", metadata.annotations);
  return out;
}
