import { type Problems, labelKeyProblems } from "../../names.ts";

/** What containers ask for under a plain name. */
const CONTAINER_RESOURCES = new Set(["cpu", "memory", "ephemeral-storage"]);

const COUNTED_OBJECTS = [
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

const STANDARD_RESOURCES = new Set([
  ...CONTAINER_RESOURCES,
  ...COUNTED_OBJECTS,
  "requests.cpu",
  "requests.memory",
  "requests.storage",
  "requests.ephemeral-storage",
  "limits.cpu",
  "limits.memory",
  "limits.ephemeral-storage",
  "storage",
]);

const INTEGER_RESOURCES = new Set(COUNTED_OBJECTS);

export const isHugePages = (name: string): boolean => name.startsWith("hugepages-");

/** Kubernetes' own, in contrast to what vendors offer. */
export const isNativeResource = (name: string): boolean => !name.includes("/") || name.includes("kubernetes.io/");

/** A vendor's: `nvidia.com/gpu`. */
export const isExtendedResource = (name: string): boolean =>
  !isNativeResource(name) && !name.startsWith("requests.") && labelKeyProblems(`requests.${name}`).length === 0;

/** Whether more of it may be promised than there is. */
export const isOvercommitAllowed = (name: string): boolean => isNativeResource(name) && !isHugePages(name);

/** Of what there are only whole ones. */
export const isIntegerResource = (name: string): boolean => INTEGER_RESOURCES.has(name) || isExtendedResource(name);

export function resourceNameProblems(name: string): Problems {
  const problems = labelKeyProblems(name);
  if (problems.length > 0 || name.includes("/")) return problems;
  const isStandard = STANDARD_RESOURCES.has(name) || isHugePages(name) || name.startsWith("requests.hugepages-");
  return isStandard ? [] : ["must be a standard resource type or fully qualified"];
}

export function containerResourceNameProblems(name: string): Problems {
  const problems = resourceNameProblems(name);
  if (!name.includes("/")) {
    const isOfContainers = CONTAINER_RESOURCES.has(name) || isHugePages(name);
    return isOfContainers ? problems : [...problems, "must be a standard resource for containers"];
  }
  if (isNativeResource(name) || isExtendedResource(name)) return problems;
  return [...problems, "doesn't follow extended resource name standard"];
}
