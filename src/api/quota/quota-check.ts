/** Whether a write fits the quotas of its namespace (apiserver/pkg/admission/plugin/resourcequota/controller.go). */
import { type Amounts, amounts } from "../pod-resources.ts";
import {
  addQuantities,
  type Amount,
  compareQuantities,
  formatQuantity,
  subtractQuantities,
  ZERO,
} from "../quantity.ts";
import type { KubeObject } from "../resource-type.ts";
import type { ResourceQuota, ScopedResourceSelectorRequirement } from "../types/core-v1.ts";
import type { QuotaEvaluator, QuotaWrite } from "./evaluators.ts";

/** What a quota would have used after a write, or why it must not be. */
export type QuotaVerdict =
  | { readonly used: Readonly<Record<string, string>>; readonly refusal?: undefined }
  | { readonly used?: undefined; readonly refusal: string };

/** Undefined for a quota that the write has nothing to do with. */
export function quotaVerdict(
  quota: ResourceQuota,
  write: QuotaWrite,
  evaluator: QuotaEvaluator,
  now: number,
): QuotaVerdict | undefined {
  const { object, oldObject } = write;
  if (!object || !isMatched(quota, object, evaluator)) return undefined;
  const name = quota.metadata.name ?? "";
  const hard = amounts(quota.status?.hard);
  const used = amounts(quota.status?.used);
  const restricted = Object.keys(hard).filter((resource) => evaluator.concerns(resource));
  const missing = evaluator.missing?.(restricted, object);
  if (missing !== undefined) return { refusal: `failed quota: ${name}: ${missing}` };
  if (!restricted.every((resource) => resource in used)) {
    return { refusal: `status unknown for quota: ${name}, resources: ${restricted.toSorted().join(",")}` };
  }
  const usage = evaluator.usage(object, now);
  const negative = Object.keys(usage).filter((resource) => (usage[resource]?.unscaled ?? 0n) < 0n);
  if (negative.length > 0) {
    return { refusal: `quota usage is negative for resource(s): ${negative.toSorted().join(",")}` };
  }
  const counted = oldObject && isMatched(quota, oldObject, evaluator) ? evaluator.usage(oldObject, now) : {};
  const requested = added(usage, counted, hard);
  if (Object.keys(requested).length === 0) return undefined;
  const total = { ...used };
  for (const [resource, amount] of Object.entries(requested)) {
    total[resource] = addQuantities(used[resource] ?? ZERO, amount);
  }
  const exceeded = Object.keys(requested).filter(
    (resource) => compareQuantities(total[resource] ?? ZERO, hard[resource] ?? ZERO) > 0,
  );
  // What a status says has happened already.
  if (exceeded.length > 0 && write.subresource !== "status") {
    const shown = (list: Amounts): string => amountsText(list, exceeded);
    return {
      refusal: `exceeded quota: ${name}, requested: ${shown(requested)}, used: ${shown(used)}, limited: ${shown(hard)}`,
    };
  }
  return { used: texts(total) };
}

/** What a write uses beyond what was counted before, of what is limited. */
function added(usage: Amounts, counted: Amounts, hard: Amounts): Record<string, Amount> {
  const result: Record<string, Amount> = {};
  for (const [resource, amount] of Object.entries(usage)) {
    const more = subtractQuantities(amount, counted[resource] ?? ZERO);
    if (resource in hard && more.unscaled > 0n) result[resource] = more;
  }
  return result;
}

/** Whether a quota is about an object: it limits something the object uses, and all its scopes hold for it. */
function isMatched(quota: ResourceQuota, object: KubeObject, evaluator: QuotaEvaluator): boolean {
  return (
    Object.keys(quota.status?.hard ?? {}).some((resource) => evaluator.concerns(resource)) &&
    isInScope(quota, object, evaluator)
  );
}

export const isInScope = (quota: ResourceQuota, object: KubeObject, evaluator: QuotaEvaluator): boolean =>
  scopesOf(quota).every((selector) => evaluator.matchesScope(selector, object));

function scopesOf({ spec }: ResourceQuota): readonly ScopedResourceSelectorRequirement[] {
  return [
    ...(spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: "Exists" as const })),
    ...(spec?.scopeSelector?.matchExpressions ?? []),
  ];
}

const amountsText = (list: Amounts, names: readonly string[]): string =>
  names
    .filter((name) => name in list)
    .toSorted()
    .map((name) => `${name}=${formatQuantity(list[name] ?? ZERO)}`)
    .join(",");

export const texts = (list: Amounts): Record<string, string> =>
  Object.fromEntries(Object.entries(list).map(([name, amount]) => [name, formatQuantity(amount)]));
