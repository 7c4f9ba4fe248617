import { labelKeyProblems } from "./names.ts";

/** What the names of resources (cpu, pods, example.com/gpu) say about them (pkg/apis/core/helper). */
const HUGE_PAGES = "hugepages-";
const REQUESTS = "requests.";
const NATIVE_DOMAIN = "kubernetes.io/";

const CONTAINER_RESOURCES: readonly string[] = ["cpu", "memory", "ephemeral-storage"];

/** Counted, not measured. */
const OBJECT_COUNTS: readonly string[] = [
  "pods",
  "resourcequotas",
  "services",
  "replicationcontrollers",
  "secrets",
  "configmaps",
  "persistentvolumeclaims",
  "services.nodeports",
  "services.loadbalancers",
];

const QUOTA_RESOURCES: readonly string[] = [
  ...CONTAINER_RESOURCES,
  ...[...CONTAINER_RESOURCES, "storage"].map((name) => `${REQUESTS}${name}`),
  ...CONTAINER_RESOURCES.map((name) => `limits.${name}`),
  ...OBJECT_COUNTS,
];

export const isHugePages = (name: string): boolean => name.startsWith(HUGE_PAGES);

/** Without a domain, or in Kubernetes' own. */
export const isNativeResource = (name: string): boolean => !name.includes("/") || name.includes(NATIVE_DOMAIN);

/** Of somebody else's domain: `example.com/gpu`. */
export function isExtendedResource(name: string): boolean {
  if (isNativeResource(name) || name.startsWith(REQUESTS)) return false;
  return labelKeyProblems(`${REQUESTS}${name}`).length === 0;
}

export const isIntegerResource = (name: string): boolean => OBJECT_COUNTS.includes(name) || isExtendedResource(name);

/** Requests may be less than limits. */
export const isOvercommitAllowed = (name: string): boolean => isNativeResource(name) && !isHugePages(name);

/** What a container may ask for by a name without a domain. */
export const isContainerResource = (name: string): boolean => CONTAINER_RESOURCES.includes(name) || isHugePages(name);

/** What a quota may limit by a name without a domain. */
export const isQuotaResource = (name: string): boolean =>
  QUOTA_RESOURCES.includes(name) || isHugePages(name) || name.startsWith(`${REQUESTS}${HUGE_PAGES}`);

export const isStandardResource = (name: string): boolean => isQuotaResource(name) || name === "storage";
