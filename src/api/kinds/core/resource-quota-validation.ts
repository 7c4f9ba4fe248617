import { checkFormat } from "../../field-checks.ts";
import { at, type FieldErrors } from "../../field-errors.ts";
import { IMMUTABLE } from "../../meta-validation.ts";
import { isQuotaResource } from "../../resource-names.ts";
import type { ResourceQuota, ResourceQuotaSpec, ScopedResourceSelectorRequirement } from "../../types/core-v1.ts";
import type { Quantity } from "../../types/meta-v1.ts";
import { checkResourceAmount } from "../quantity-checks.ts";
import { quotaResourceNameProblems } from "./resource-name-problems.ts";

const OF_PODS = ["pods"];
const OF_COMPUTE = ["cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"];
const OF_CLAIMS = ["persistentvolumeclaims", "requests.storage"];

/** What can be counted in each scope. */
const RESOURCES_BY_SCOPE: ReadonlyMap<string, readonly string[]> = new Map([
  ["Terminating", [...OF_PODS, ...OF_COMPUTE]],
  ["NotTerminating", [...OF_PODS, ...OF_COMPUTE]],
  ["BestEffort", OF_PODS],
  ["NotBestEffort", [...OF_PODS, ...OF_COMPUTE]],
  ["PriorityClass", [...OF_PODS, ...OF_COMPUTE]],
  ["CrossNamespacePodAffinity", [...OF_PODS, ...OF_COMPUTE]],
  ["VolumeAttributesClass", OF_CLAIMS],
]);
const OPPOSITES = [
  ["BestEffort", "NotBestEffort"],
  ["Terminating", "NotTerminating"],
];

/** Upstream's ValidateResourceQuota. */
export function validateResourceQuota({ spec = {} }: ResourceQuota, errors: FieldErrors): void {
  validateAmounts(spec.hard, "spec.hard", errors);
  validateScopes(spec, errors);
  validateScopeSelector(spec, errors);
}

export function validateResourceQuotaStatus({ status }: ResourceQuota, _old: ResourceQuota, errors: FieldErrors): void {
  validateAmounts(status?.hard, "status.hard", errors);
  validateAmounts(status?.used, "status.used", errors);
}

export function validateResourceQuotaUpdate({ spec }: ResourceQuota, old: ResourceQuota, errors: FieldErrors): void {
  const scopes = new Set(spec?.scopes);
  if (scopes.symmetricDifference(new Set(old.spec?.scopes)).size > 0)
    errors.invalid("spec.scopes", spec?.scopes, IMMUTABLE);
}

function validateAmounts(
  amounts: Readonly<Record<string, Quantity>> | undefined,
  path: string,
  errors: FieldErrors,
): void {
  for (const [resource, quantity] of Object.entries(amounts ?? {})) {
    checkFormat(resource, quotaResourceNameProblems(resource), at(path, resource), errors);
    checkResourceAmount(resource, quantity, at(path, resource), errors);
  }
}

function validateScopes({ scopes = [], hard = {} }: ResourceQuotaSpec, errors: FieldErrors): void {
  for (const scope of scopes) {
    if (!RESOURCES_BY_SCOPE.has(scope)) errors.invalid("spec.scopes", scopes, "unsupported scope");
    for (const _ of uncountable(scope, hard)) {
      errors.invalid("spec.scopes", scopes, "unsupported scope applied to resource");
    }
  }
  checkOpposites(scopes, scopes, "spec.scopes", errors);
}

function uncountable(scope: string, hard: Readonly<Record<string, Quantity>>): string[] {
  const countable = RESOURCES_BY_SCOPE.get(scope);
  if (!countable) return [];
  return Object.keys(hard).filter((resource) => isQuotaResource(resource) && !countable.includes(resource));
}

function checkOpposites(scopes: readonly string[], shown: unknown, path: string, errors: FieldErrors): void {
  for (const pair of OPPOSITES) {
    if (pair.every((scope) => scopes.includes(scope))) errors.invalid(path, shown, "conflicting scopes");
  }
}

const EXPRESSIONS = "spec.scopeSelector.matchExpressions";

function validateScopeSelector({ scopeSelector, hard = {}, scopes }: ResourceQuotaSpec, errors: FieldErrors): void {
  const requirements = scopeSelector?.matchExpressions ?? [];
  for (const requirement of requirements) {
    const { scopeName } = requirement;
    if (!RESOURCES_BY_SCOPE.has(scopeName)) {
      errors.invalid(`${EXPRESSIONS}.scopeName`, scopeName, "unsupported scope");
    }
    for (const _ of uncountable(scopeName, hard)) {
      errors.invalid(EXPRESSIONS, scopeSelector, "unsupported scope applied to resource");
    }
    validateRequirement(requirement, errors);
  }
  const names = requirements.map(({ scopeName }) => scopeName);
  // Upstream shows spec.scopes here.
  checkOpposites(names, scopes, EXPRESSIONS, errors);
}

function validateRequirement(
  { scopeName, operator, values = [] }: ScopedResourceSelectorRequirement,
  errors: FieldErrors,
): void {
  const takesValues = scopeName === "PriorityClass" || scopeName === "VolumeAttributesClass";
  if (!takesValues && RESOURCES_BY_SCOPE.has(scopeName) && operator !== "Exists") {
    const detail =
      "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";
    errors.invalid(`${EXPRESSIONS}.operator`, operator, detail);
  }
  if (operator === "In" || operator === "NotIn") {
    const detail = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
    if (values.length === 0) errors.required(`${EXPRESSIONS}.values`, detail);
  } else if (operator === "Exists" || operator === "DoesNotExist") {
    const detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
    if (values.length > 0) errors.invalid(`${EXPRESSIONS}.values`, values, detail);
  } else errors.invalid(`${EXPRESSIONS}.operator`, operator, "not a valid selector operator");
}
