/** What the rules of webhooks and policies must look like (pkg/apis/admissionregistration/validation). */
import { checkSupported } from "../../field-checks.ts";
import { at, type FieldErrors } from "../../field-errors.ts";
import { validateLabelSelector } from "../../label-selector.ts";
import { pathSegmentProblems } from "../../names.ts";
import type {
  MatchResources,
  NamedRuleWithOperations,
  RuleWithOperations,
} from "../../types/admissionregistration-v1.ts";

export const FAILURE_POLICIES = ["Fail", "Ignore"];
export const MATCH_POLICIES = ["Equivalent", "Exact"];
const SCOPES = ["*", "Cluster", "Namespaced"];
const OPERATIONS = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];

export function validateRule(rule: RuleWithOperations, path: string, errors: FieldErrors): void {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], scope } = rule;
  checkList(operations, `${path}.operations`, "operations", errors);
  operations.forEach((operation, index) =>
    checkSupported(operation, OPERATIONS, at(`${path}.operations`, index), errors),
  );
  checkList(apiGroups, `${path}.apiGroups`, "API groups", errors);
  checkList(apiVersions, `${path}.apiVersions`, "API versions", errors);
  apiVersions.forEach((version, index) => {
    if (version === "") errors.required(at(`${path}.apiVersions`, index), "");
  });
  validateResources(resources, `${path}.resources`, errors);
  if (scope !== undefined) checkSupported(scope, SCOPES, `${path}.scope`, errors);
}

function checkList(list: readonly string[], path: string, what: string, errors: FieldErrors): void {
  if (list.length === 0) errors.required(path, "");
  if (list.length > 1 && list.includes("*"))
    errors.invalid(path, list, `if '*' is present, must not specify other ${what}`);
}

function validateResources(resources: readonly string[], path: string, errors: FieldErrors): void {
  if (resources.length === 0) errors.required(path, "");
  const wholes = new Set<string>();
  const everywhere = new Set<string>();
  let hasPlain = false;
  resources.forEach((each, index) => {
    if (each === "") return errors.required(at(path, index), "");
    const slash = each.indexOf("/");
    if (slash < 0) {
      hasPlain = each !== "*";
      return undefined;
    }
    const [resource, sub] = [each.slice(0, slash), each.slice(slash + 1)];
    if (wholes.has(resource)) {
      errors.invalid(at(path, index), each, `if '${resource}/*' is present, must not specify ${each}`);
    }
    if (everywhere.has(sub))
      errors.invalid(at(path, index), each, `if '*/${sub}' is present, must not specify ${each}`);
    if (sub === "*") wholes.add(resource);
    if (resource === "*") everywhere.add(sub);
    return undefined;
  });
  if (resources.length > 1 && resources.includes("*/*")) {
    errors.invalid(path, resources, "if '*/*' is present, must not specify other resources");
  }
  if (resources.includes("*") && hasPlain) {
    errors.invalid(path, resources, "if '*' is present, must not specify other resources without subresources");
  }
}

/** What policies and their bindings look at. */
export function validateMatchResources(resources: MatchResources | undefined, path: string, errors: FieldErrors): void {
  if (!resources) return;
  const { matchPolicy, namespaceSelector, objectSelector } = resources;
  if (matchPolicy === undefined) errors.required(`${path}.matchPolicy`, "");
  else checkSupported(matchPolicy, MATCH_POLICIES, `${path}.matchPolicy`, errors);
  if (namespaceSelector) validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`, errors);
  else errors.required(`${path}.namespaceSelector`, "");
  if (objectSelector) validateLabelSelector(objectSelector, `${path}.objectSelector`, errors);
  else errors.required(`${path}.objectSelector`, "");
  (resources.resourceRules ?? []).forEach((rule, index) =>
    validateNamedRule(rule, at(`${path}.resourceRules`, index), errors),
  );
  (resources.excludeResourceRules ?? []).forEach((rule, index) =>
    validateNamedRule(rule, at(`${path}.excludeResourceRules`, index), errors),
  );
}

function validateNamedRule(rule: NamedRuleWithOperations, path: string, errors: FieldErrors): void {
  const seen = new Set<string>();
  (rule.resourceNames ?? []).forEach((name, index) => {
    const namePath = at(`${path}.resourceNames`, index);
    for (const problem of pathSegmentProblems(name)) errors.invalid(namePath, name, problem);
    if (seen.has(name)) errors.duplicate(namePath, name);
    seen.add(name);
  });
  validateRule(rule, path, errors);
}
