import { checkDnsLabel, checkFormat } from "../../../field-checks.ts";
import { at, child, type FieldErrors } from "../../../field-errors.ts";
import { containerLimits, containerRequests, isPodLevelResource } from "../../../pod-resources.ts";
import {
  type Amount,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  quantityMilliValue,
  quantityValue,
  QuantityError,
} from "../../../quantity.ts";
import { isHugePages, isOvercommitAllowed } from "../../../resource-names.ts";
import type { PodSpec, ResourceClaim, ResourceRequirements } from "../../../types/core-v1.ts";
import type { Quantity } from "../../../types/meta-v1.ts";
import { checkResourceAmount } from "../../quantity-checks.ts";
import { containerResourceNameProblems, resourceNameProblems } from "../resource-name-problems.ts";

type ResourceList = Readonly<Record<string, Quantity>>;
type CheckName = (name: string, path: string, errors: FieldErrors) => void;

/** Of one container. */
export function validateContainerResources(
  resources: ResourceRequirements,
  claimNames: ReadonlySet<string>,
  path: string,
  errors: FieldErrors,
): void {
  validateRequirements(resources, checkContainerResourceName, path, errors);
  validateClaims(resources.claims, claimNames, child(path, "claims"), errors);
}

/** What running a pod costs beside its containers. */
export function validateOverhead(overhead: ResourceList, path: string, errors: FieldErrors): void {
  validateRequirements({ limits: { ...overhead } }, checkContainerResourceName, path, errors);
}

/** Of the pod as a whole. */
export function validatePodResources(spec: PodSpec, path: string, errors: FieldErrors): void {
  const { resources } = spec;
  if (!resources) return;
  if (spec.os?.name === "windows") return errors.forbidden(path, "may not be set for a windows pod");
  if (resources.claims) errors.forbidden(child(path, "claims"), "claims may not be set for Resources at pod-level");
  validateRequirements(resources, checkPodResourceName, path, errors);
  validateConsistency(spec, resources, path, errors);
}

const checkContainerResourceName: CheckName = (name, path, errors) =>
  checkFormat(name, containerResourceNameProblems(name), path, errors);

const checkPodResourceName: CheckName = (name, path, errors) => {
  const problems = resourceNameProblems(name);
  checkFormat(name, problems, path, errors);
  if (problems.length === 0 && !isPodLevelResource(name)) {
    errors.notSupported(path, name, ["cpu", "hugepages-", "memory"]);
  }
};

function validateRequirements(
  { limits = {}, requests = {} }: ResourceRequirements,
  checkName: CheckName,
  path: string,
  errors: FieldErrors,
): void {
  const limitsPath = child(path, "limits");
  const requestsPath = child(path, "requests");
  for (const [name, quantity] of Object.entries(limits)) {
    validateResource(name, quantity, checkName, at(limitsPath, name), errors);
  }
  for (const [name, quantity] of Object.entries(requests)) {
    validateResource(name, quantity, checkName, at(requestsPath, name), errors);
    const limit = limits[name];
    if (limit !== undefined)
      compareWithLimit(name, parseQuantity(quantity), parseQuantity(limit), requestsPath, errors);
    else if (!isOvercommitAllowed(name)) {
      errors.required(limitsPath, "Limit must be set for non overcommitable resources");
    }
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePages) && !names.includes("cpu") && !names.includes("memory")) {
    errors.forbidden(path, "HugePages require cpu or memory");
  }
}

function validateResource(
  name: string,
  quantity: Quantity,
  checkName: CheckName,
  path: string,
  errors: FieldErrors,
): void {
  checkName(name, path, errors);
  checkResourceAmount(name, quantity, path, errors);
  if (!isHugePages(name) || isWholePages(name, parseQuantity(quantity))) return;
  const text = formatQuantity(parseQuantity(quantity));
  errors.invalid(path, text, `${text} is not positive integer multiple of ${name}`);
}

function compareWithLimit(name: string, request: Amount, limit: Amount, path: string, errors: FieldErrors): void {
  const order = compareQuantities(request, limit);
  if (order !== 0 && !isOvercommitAllowed(name)) {
    errors.invalid(path, formatQuantity(request), `must be equal to ${name} limit of ${formatQuantity(limit)}`);
  } else if (order > 0) {
    errors.invalid(
      path,
      formatQuantity(request),
      `must be less than or equal to ${name} limit of ${formatQuantity(limit)}`,
    );
  }
}

/** `hugepages-2Mi` comes in pieces of 2Mi. */
function isWholePages(name: string, amount: Amount): boolean {
  const pageSize = amountOrUndefined(name.slice("hugepages-".length));
  if (!pageSize || pageSize.unscaled <= 0n || quantityMilliValue(pageSize) % 1000n !== 0n) return false;
  return quantityValue(amount) % quantityValue(pageSize) === 0n;
}

function amountOrUndefined(text: string): Amount | undefined {
  try {
    return parseQuantity(text);
  } catch (error) {
    if (error instanceof QuantityError) return undefined;
    throw error;
  }
}

function validateConsistency(
  spec: PodSpec,
  { requests = {}, limits = {} }: ResourceRequirements,
  path: string,
  errors: FieldErrors,
): void {
  const checkTotal = (name: string, total: Amount, own: Quantity | undefined, list: "requests" | "limits"): void => {
    if (own === undefined || compareQuantities(total, parseQuantity(own)) <= 0) return;
    errors.invalid(
      at(child(path, list), name),
      formatQuantity(parseQuantity(own)),
      `must be greater than or equal to aggregate container ${list} of ${formatQuantity(total)}`,
    );
  };
  for (const [name, total] of Object.entries(containerRequests(spec)))
    checkTotal(name, total, requests[name], "requests");
  for (const [name, total] of Object.entries(containerLimits(spec))) {
    if (isHugePages(name)) checkTotal(name, total, limits[name], "limits");
  }
  spec.containers.forEach((container, index) => {
    for (const [name, limit] of Object.entries(container.resources?.limits ?? {})) {
      const podLimit = limits[name];
      if (podLimit === undefined) continue;
      const amount = parseQuantity(limit);
      if (compareQuantities(amount, parseQuantity(podLimit)) <= 0) continue;
      errors.invalid(
        child(at(at(child(path, "containers"), index), name), "limits"),
        formatQuantity(amount),
        `must be less than or equal to pod limits of ${formatQuantity(parseQuantity(podLimit))}`,
      );
    }
  });
}

/** A container may use a claim whole, or some of its requests. */
function validateClaims(
  claims: readonly ResourceClaim[] | undefined,
  claimNames: ReadonlySet<string>,
  path: string,
  errors: FieldErrors,
): void {
  const used = new Set<string>();
  claims?.forEach(({ name, request = "" }, index) => {
    const claimPath = at(path, index);
    if (!name) return errors.required(claimPath, "");
    validateClaimUse(name, request, used, claimPath, errors);
    if (claimNames.has(name)) return;
    const known = claimNames.size === 0 ? " which is empty" : `: ${[...claimNames].toSorted().join(", ")}`;
    errors.notFound(claimPath, name, `must be one of the names in pod.spec.resourceClaims${known}`);
  });
}

function validateClaimUse(name: string, request: string, used: Set<string>, path: string, errors: FieldErrors): void {
  if (used.has(name)) return errors.duplicate(path, name);
  if (request !== "") checkDnsLabel(request, child(path, "request"), errors);
  const key = request === "" ? name : `${name}/${request}`;
  if (used.has(key)) {
    errors.duplicate(path, key);
  } else if (request === "") {
    for (const other of used) if (other.startsWith(`${name}/`)) errors.duplicate(path, name);
  }
  used.add(key);
}
