import { checkFormat, checkSupported } from "../../field-checks.ts";
import { at, child, FieldErrors } from "../../field-errors.ts";
import { validateLabelSelector } from "../../label-selector.ts";
import { dnsSubdomainProblems, pathSegmentProblems } from "../../names.ts";
import { semanticEqual } from "../../semantic-equal.ts";
import type { AggregationRule, PolicyRule, RoleRef, Subject } from "../../types/rbac-v1.ts";
import { RBAC_GROUP } from "./binding-defaults.ts";

/** Upstream's pkg/apis/rbac/validation. */
export function validateRules(
  rules: readonly PolicyRule[] | null | undefined,
  { isNamespaced }: { readonly isNamespaced: boolean },
  errors: FieldErrors,
): void {
  rules?.forEach((rule, index) => validateRule(rule, isNamespaced, at("rules", index), errors));
}

function validateRule(rule: PolicyRule, isNamespaced: boolean, path: string, errors: FieldErrors): void {
  const { verbs, nonResourceURLs = [], apiGroups = [], resources = [], resourceNames = [] } = rule;
  if (!verbs?.length) errors.required(child(path, "verbs"), "verbs must contain at least one value");
  if (nonResourceURLs.length > 0) {
    const urlsPath = child(path, "nonResourceURLs");
    if (isNamespaced) errors.invalid(urlsPath, nonResourceURLs, "namespaced rules cannot apply to non-resource URLs");
    if (apiGroups.length + resources.length + resourceNames.length > 0) {
      const detail = "rules cannot apply to both regular resources and non-resource URLs";
      errors.invalid(urlsPath, nonResourceURLs, detail);
    }
    return;
  }
  if (apiGroups.length === 0) {
    errors.required(child(path, "apiGroups"), "resource rules must supply at least one api group");
  }
  if (resources.length === 0) {
    errors.required(child(path, "resources"), "resource rules must supply at least one resource");
  }
}

export function validateAggregation(rule: AggregationRule | undefined, errors: FieldErrors): void {
  const path = "aggregationRule.clusterRoleSelectors";
  const selectors = rule?.clusterRoleSelectors ?? [];
  if (rule && selectors.length === 0) {
    errors.required(path, "at least one clusterRoleSelector required if aggregationRule is non-nil");
  }
  selectors.forEach((selector, index) => {
    const found = new FieldErrors();
    validateLabelSelector(selector, at(path, index), found);
    errors.errors.push(...found.errors);
    if (!found.isEmpty) errors.invalid(at(path, index), null, "invalid label selector.");
  });
}

interface Binding {
  readonly roleRef: RoleRef;
  readonly subjects?: readonly Subject[] | undefined;
}

export function validateBinding(
  { roleRef, subjects = [] }: Binding,
  { isNamespaced }: { readonly isNamespaced: boolean },
  errors: FieldErrors,
): void {
  checkSupported(roleRef.apiGroup, [RBAC_GROUP], "roleRef.apiGroup", errors);
  const kinds = isNamespaced ? ["Role", "ClusterRole"] : ["ClusterRole"];
  if (!kinds.includes(roleRef.kind)) errors.notSupportedInOrder("roleRef.kind", roleRef.kind, kinds);
  if (!roleRef.name) errors.required("roleRef.name", "");
  else checkFormat(roleRef.name, pathSegmentProblems(roleRef.name), "roleRef.name", errors);
  subjects.forEach((subject, index) => validateSubject(subject, isNamespaced, at("subjects", index), errors));
}

function validateSubject(subject: Subject, isNamespaced: boolean, path: string, errors: FieldErrors): void {
  const { kind, name, namespace, apiGroup = "" } = subject;
  if (!name) errors.required(child(path, "name"), "");
  switch (kind) {
    case "ServiceAccount":
      if (name) checkFormat(name, dnsSubdomainProblems(name), child(path, "name"), errors);
      checkSupported(apiGroup, [""], child(path, "apiGroup"), errors);
      if (!isNamespaced && !namespace) errors.required(child(path, "namespace"), "");
      break;
    case "User":
    case "Group":
      checkSupported(apiGroup, [RBAC_GROUP], child(path, "apiGroup"), errors);
      break;
    default:
      errors.notSupportedInOrder(child(path, "kind"), kind, ["ServiceAccount", "User", "Group"]);
  }
}

/** Else a binding that somebody was allowed to change could come to give another role. */
export function validateBindingUpdate({ roleRef }: Binding, { roleRef: old }: Binding, errors: FieldErrors): void {
  if (semanticEqual(roleRef, old)) return;
  // Upstream shows its internal type here.
  const shown = { APIGroup: roleRef.apiGroup, Kind: roleRef.kind, Name: roleRef.name };
  errors.invalid("roleRef", shown, "cannot change roleRef");
}
