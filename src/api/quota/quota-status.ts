/** What a quota limits and how much of it is used, from the objects there are. */
import { type Amounts, amounts } from "../pod-resources.ts";
import { addQuantities, type Amount, ZERO } from "../quantity.ts";
import type { KubeObject } from "../resource-type.ts";
import type { ResourceQuota, ResourceQuotaStatus } from "../types/core-v1.ts";
import type { QuotaEvaluator } from "./evaluators.ts";
import { isInScope, texts } from "./quota-check.ts";

/** The objects of one kind in the namespace of a quota. */
export interface CountedObjects {
  readonly evaluator: QuotaEvaluator;
  readonly objects: readonly KubeObject[];
}

/** Resources that nothing in `counted` knows about keep what was said of them before. */
export function quotaStatus(
  quota: ResourceQuota,
  counted: readonly CountedObjects[],
  now: number,
): ResourceQuotaStatus {
  const hard = amounts(quota.spec?.hard);
  const used: Record<string, Amount> = {};
  for (const resource of Object.keys(hard)) {
    const concerned = counted.filter(({ evaluator }) => evaluator.concerns(resource));
    const before = amounts(quota.status?.used)[resource];
    if (concerned.length === 0) {
      if (before) used[resource] = before;
      continue;
    }
    used[resource] = concerned.reduce((sum, { evaluator, objects }) => {
      const inScope = objects.filter((object) => isInScope(quota, object, evaluator));
      return inScope
        .map((object) => evaluator.usage(object, now))
        .reduce((total, each) => plus(total, each, resource), sum);
    }, ZERO);
  }
  return { hard: { ...quota.spec?.hard }, used: texts(used) };
}

const plus = (sum: Amount, usage: Amounts, resource: string): Amount => addQuantities(sum, usage[resource] ?? ZERO);
