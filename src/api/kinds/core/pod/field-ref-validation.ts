import { checkLabelKey } from "../../../field-checks.ts";
import { child, type FieldErrors } from "../../../field-errors.ts";
import { formatQuantity, parseQuantity } from "../../../quantity.ts";
import type { ObjectFieldSelector, ResourceFieldSelector } from "../../../types/core-v1.ts";

/** What environment variables can take from their pod. */
export const ENVIRONMENT_FIELDS = [
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.nodeName",
  "spec.serviceAccountName",
  "status.hostIP",
  "status.hostIPs",
  "status.podIP",
  "status.podIPs",
];

/** What files of a downwardAPI volume can take from their pod. */
export const VOLUME_FIELDS = [
  "metadata.annotations",
  "metadata.labels",
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
];

const KNOWN_FIELDS = new Set([
  ...ENVIRONMENT_FIELDS,
  ...VOLUME_FIELDS,
  "spec.restartPolicy",
  "spec.schedulerName",
  "status.phase",
]);

const CONTAINER_RESOURCES = [
  "limits.cpu",
  "limits.ephemeral-storage",
  "limits.memory",
  "requests.cpu",
  "requests.ephemeral-storage",
  "requests.memory",
];

const BYTE_DIVISORS = ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];

export function validateFieldRef(
  { apiVersion, fieldPath }: ObjectFieldSelector,
  allowed: readonly string[],
  path: string,
  errors: FieldErrors,
): void {
  if (!apiVersion) return errors.required(child(path, "apiVersion"), "");
  if (!fieldPath) return errors.required(child(path, "fieldPath"), "");
  const refusal = fieldPathRefusal(apiVersion, fieldPath);
  if (refusal !== undefined) {
    return errors.invalid(child(path, "fieldPath"), fieldPath, `error converting fieldPath: ${refusal}`);
  }
  const subscripted = subscriptedPath(fieldPath);
  if (subscripted) {
    const { base, key } = subscripted;
    checkLabelKey(base === "metadata.annotations" ? key.toLowerCase() : key, path, errors);
    return;
  }
  // The old name of the field.
  const field = fieldPath === "spec.host" ? "spec.nodeName" : fieldPath;
  if (!allowed.includes(field)) errors.notSupported(child(path, "fieldPath"), field, allowed);
}

/** `metadata.labels['app']` taken apart. */
function subscriptedPath(fieldPath: string): { readonly base: string; readonly key: string } | undefined {
  const match = /^(.+?)\['(.*)'\]$/s.exec(fieldPath);
  return match ? { base: match[1] ?? "", key: match[2] ?? "" } : undefined;
}

function fieldPathRefusal(apiVersion: string, fieldPath: string): string | undefined {
  if (apiVersion !== "v1") return `unsupported pod version: ${apiVersion}`;
  const subscripted = subscriptedPath(fieldPath);
  if (subscripted) {
    return subscripted.base === "metadata.annotations" || subscripted.base === "metadata.labels"
      ? undefined
      : `field label does not support subscript: ${fieldPath}`;
  }
  return KNOWN_FIELDS.has(fieldPath) || fieldPath === "spec.host"
    ? undefined
    : `field label not supported: ${fieldPath}`;
}

/** In a volume, which belongs to no container, the container must be named. */
export function validateVolumeResourceFieldRef(ref: ResourceFieldSelector, path: string, errors: FieldErrors): void {
  if (!ref.containerName) errors.required(child(path, "containerName"), "");
  else validateResource(ref.resource, path, errors);
  validateDivisor(ref, path, errors);
}

export function validateResourceFieldRef(ref: ResourceFieldSelector, path: string, errors: FieldErrors): void {
  validateResource(ref.resource, path, errors);
  validateDivisor(ref, path, errors);
}

function validateResource(resource: string, path: string, errors: FieldErrors): void {
  if (!resource) return errors.required(child(path, "resource"), "");
  if (CONTAINER_RESOURCES.includes(resource) || isHugePages(resource)) return;
  errors.notSupported(child(path, "resource"), resource, CONTAINER_RESOURCES);
}

function validateDivisor({ resource, divisor = 0 }: ResourceFieldSelector, path: string, errors: FieldErrors): void {
  const amount = parseQuantity(divisor);
  if (amount.unscaled === 0n) return;
  const rule = divisorRule(resource ?? "");
  if (!rule || rule.divisors.includes(formatQuantity(amount))) return;
  errors.invalid(
    child(path, "divisor"),
    resource,
    `only divisor's values ${rule.listed} are supported with the ${rule.name} resource`,
  );
}

interface DivisorRule {
  readonly divisors: readonly string[];
  readonly listed: string;
  readonly name: string;
}

const byteRule = (name: string): DivisorRule => ({ divisors: BYTE_DIVISORS, listed: BYTE_DIVISORS.join(", "), name });

function divisorRule(resource: string): DivisorRule | undefined {
  if (isHugePages(resource)) return byteRule("hugepages");
  switch (resource) {
    case "limits.cpu":
    case "requests.cpu":
      return { divisors: ["1m", "1"], listed: "1m and 1", name: "cpu" };
    case "limits.memory":
    case "requests.memory":
      return byteRule("memory");
    case "limits.ephemeral-storage":
    case "requests.ephemeral-storage":
      return byteRule("local ephemeral storage");
    default:
      return undefined;
  }
}

const isHugePages = (resource: string): boolean => /^(?:requests|limits)\.hugepages-/.test(resource);
