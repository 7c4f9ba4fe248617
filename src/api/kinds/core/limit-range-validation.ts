import { checkFormat } from "../../field-checks.ts";
import { at, child, type FieldErrors } from "../../field-errors.ts";
import { labelKeyProblems } from "../../names.ts";
import {
  compareQuantities,
  formatQuantity,
  parseQuantity,
  quantityMilliValue,
  wholeQuantity,
  type Amount,
} from "../../quantity.ts";
import { isOvercommitAllowed } from "../../resource-names.ts";
import type { LimitRange, LimitRangeItem } from "../../types/core-v1.ts";
import { containerResourceNameProblems, resourceNameProblems } from "./resource-name-problems.ts";

/** Upstream's ValidateLimitRange. */
export function validateLimitRange({ spec }: LimitRange, errors: FieldErrors): void {
  const types = new Set<string>();
  spec?.limits?.forEach((item, index) => {
    const path = at("spec.limits", index);
    checkFormat(item.type, typeProblems(item.type), child(path, "type"), errors);
    if (types.has(item.type)) errors.duplicate(child(path, "type"), item.type);
    types.add(item.type);
    validateItem(item, path, errors);
  });
}

function typeProblems(type: string): readonly string[] {
  const problems = labelKeyProblems(type);
  if (problems.length > 0 || type.includes("/")) return problems;
  const isStandard = ["Pod", "Container", "PersistentVolumeClaim"].includes(type);
  return isStandard ? [] : ["must be a standard limit type or fully qualified"];
}

const FIELDS = ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] as const;
type AmountField = (typeof FIELDS)[number];

function validateItem(item: LimitRangeItem, path: string, errors: FieldErrors): void {
  const isOfPods = item.type === "Pod";
  const problemsOf = isOfPods || item.type === "Container" ? containerResourceNameProblems : resourceNameProblems;
  const amountsByResource = new Map<string, Partial<Record<AmountField, Amount>>>();
  for (const field of FIELDS) {
    const amounts = Object.entries(item[field] ?? {});
    if (isOfPods && (field === "default" || field === "defaultRequest")) {
      if (amounts.length > 0) errors.forbidden(child(path, field), "may not be specified when `type` is 'Pod'");
      continue;
    }
    if (field === "maxLimitRequestRatio") requireStorage(item, path, errors);
    for (const [resource, quantity] of amounts) {
      checkFormat(resource, problemsOf(resource), at(child(path, field), resource), errors);
      const known = amountsByResource.get(resource) ?? {};
      amountsByResource.set(resource, { ...known, [field]: parseQuantity(quantity) });
    }
  }
  for (const [resource, amounts] of amountsByResource) validateAmounts(resource, amounts, path, errors);
}

function requireStorage({ type, min, max }: LimitRangeItem, path: string, errors: FieldErrors): void {
  if (type !== "PersistentVolumeClaim" || min?.["storage"] !== undefined || max?.["storage"] !== undefined) return;
  const detail = "either minimum or maximum storage value is required, but neither was provided";
  errors.required(child(path, "limits"), detail);
}

interface Order {
  readonly low: AmountField;
  readonly high: AmountField;
  /** Where the error is, and whose value it shows. */
  readonly at: AmountField;
  readonly shown: AmountField;
}

/** Each of these must not be more than the other; upstream's choice of what is shown is kept. */
const ORDERS: readonly Order[] = [
  { low: "min", high: "max", at: "min", shown: "min" },
  { low: "min", high: "defaultRequest", at: "defaultRequest", shown: "defaultRequest" },
  { low: "defaultRequest", high: "max", at: "defaultRequest", shown: "defaultRequest" },
  { low: "defaultRequest", high: "default", at: "defaultRequest", shown: "defaultRequest" },
  { low: "min", high: "default", at: "default", shown: "min" },
  { low: "default", high: "max", at: "default", shown: "max" },
];

function validateAmounts(
  resource: string,
  amounts: Partial<Record<AmountField, Amount>>,
  path: string,
  errors: FieldErrors,
): void {
  for (const { low, high, at: field, shown } of ORDERS) {
    const [lowAmount, highAmount, shownAmount] = [amounts[low], amounts[high], amounts[shown]];
    if (!lowAmount || !highAmount || !shownAmount || compareQuantities(lowAmount, highAmount) <= 0) continue;
    const detail = `${WORDS[low]} value ${formatQuantity(lowAmount)} is greater than ${wordOfHigh(low, high)} value ${formatQuantity(highAmount)}`;
    errors.invalid(at(child(path, field), resource), formatQuantity(shownAmount), detail);
  }
  validateRatio(amounts, at(child(path, "maxLimitRequestRatio"), resource), errors);
  const { default: limit, defaultRequest: request } = amounts;
  if (!limit || !request || isOvercommitAllowed(resource) || compareQuantities(limit, request) === 0) return;
  const detail = `default value ${formatQuantity(limit)} must equal to defaultRequest value ${formatQuantity(request)} in ${resource}`;
  errors.invalid(at(child(path, "defaultRequest"), resource), formatQuantity(request), detail);
}

const WORDS: Readonly<Record<AmountField, string>> = {
  min: "min",
  max: "max",
  default: "default",
  defaultRequest: "default request",
  maxLimitRequestRatio: "ratio",
};

const wordOfHigh = (low: AmountField, high: AmountField): string =>
  low === "defaultRequest" && high === "default" ? "default limit" : WORDS[high];

const ONE = wholeQuantity(1, "DecimalSI");

function validateRatio(
  { maxLimitRequestRatio: ratio, min, max }: Partial<Record<AmountField, Amount>>,
  path: string,
  errors: FieldErrors,
): void {
  if (!ratio) return;
  if (compareQuantities(ratio, ONE) < 0) {
    errors.invalid(path, formatQuantity(ratio), `ratio ${formatQuantity(ratio)} is less than 1`);
  }
  if (!min || !max) return;
  const limit = Number(quantityMilliValue(max)) / Number(quantityMilliValue(min));
  if (Number(quantityMilliValue(ratio)) / 1000 <= limit) return;
  const detail = `ratio ${formatQuantity(ratio)} is greater than max/min = ${limit.toFixed(6)}`;
  errors.invalid(path, formatQuantity(ratio), detail);
}
