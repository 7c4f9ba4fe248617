import { labelKeyProblems, type Problems } from "../../names.ts";
import {
  isContainerResource,
  isExtendedResource,
  isNativeResource,
  isQuotaResource,
  isStandardResource,
} from "../../resource-names.ts";

export function resourceNameProblems(name: string): Problems {
  const problems = labelKeyProblems(name);
  if (problems.length > 0 || name.includes("/") || isStandardResource(name)) return problems;
  return ["must be a standard resource type or fully qualified"];
}

export function containerResourceNameProblems(name: string): Problems {
  const problems = resourceNameProblems(name);
  if (!name.includes("/")) {
    return isContainerResource(name) ? problems : [...problems, "must be a standard resource for containers"];
  }
  if (isNativeResource(name) || isExtendedResource(name)) return problems;
  return [...problems, "doesn't follow extended resource name standard"];
}

/** What a quota may limit. */
export function quotaResourceNameProblems(name: string): Problems {
  const problems = resourceNameProblems(name);
  if (name.includes("/") || isQuotaResource(name)) return problems;
  return [...problems, "must be a standard resource for quota"];
}
