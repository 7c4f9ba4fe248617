import { type Amounts, amounts } from "./pod-resources.ts";
import { addQuantities, compareQuantities } from "./quantity.ts";
import type { Pod, ResourceRequirements } from "./types/core-v1.ts";

export type QosClass = "Guaranteed" | "Burstable" | "BestEffort";

/** How well a pod is protected when its node runs short: by its CPU and memory alone (pkg/apis/core/v1/helper/qos). */
export function podQos({ spec }: Pick<Pod, "spec">): QosClass {
  if (!spec) return "BestEffort";
  const parts = spec.resources
    ? [spec.resources]
    : [...spec.containers, ...(spec.initContainers ?? [])].map(({ resources = {} }) => resources);
  const requests = total(parts.map((part) => part.requests));
  const limits = total(parts.map((part) => part.limits));
  if (Object.keys(requests).length === 0 && Object.keys(limits).length === 0) return "BestEffort";
  const isGuaranteed =
    parts.every(limitsBoth) &&
    Object.keys(requests).length === Object.keys(limits).length &&
    Object.entries(requests).every(([name, request]) => {
      const limit = limits[name];
      return limit !== undefined && compareQuantities(limit, request) === 0;
    });
  return isGuaranteed ? "Guaranteed" : "Burstable";
}

const COUNTED = ["cpu", "memory"];

function limitsBoth({ limits }: ResourceRequirements): boolean {
  const positive = countedAmounts(limits);
  return COUNTED.every((name) => name in positive);
}

const countedAmounts = (list: ResourceRequirements["limits"]): Amounts =>
  Object.fromEntries(
    Object.entries(amounts(list)).filter(([name, { unscaled }]) => COUNTED.includes(name) && unscaled > 0n),
  );

function total(lists: readonly ResourceRequirements["limits"][]): Amounts {
  return lists.map(countedAmounts).reduce((sums, list) => {
    const result = { ...sums };
    for (const [name, amount] of Object.entries(list)) {
      const sum = sums[name];
      result[name] = sum ? addQuantities(sum, amount) : amount;
    }
    return result;
  }, {});
}
