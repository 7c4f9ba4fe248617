import { checkLabelKey } from "../../../field-checks.ts";
import { at, child, type FieldErrors } from "../../../field-errors.ts";
import type { LabelSelector } from "../../../types/meta-v1.ts";

interface LabelKeys {
  readonly labelSelector?: LabelSelector | undefined;
  readonly matchLabelKeys?: readonly string[] | undefined;
  readonly mismatchLabelKeys?: readonly string[] | undefined;
}

/**
 * Keys that stand for the pod's own labels. They have been merged into the selector by now, so only a key that was there before
 * is a conflict.
 */
export function validateMatchLabelKeys(keys: LabelKeys, path: string, errors: FieldErrors): void {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = keys;
  validateKeys(matchLabelKeys, labelSelector, child(path, "matchLabelKeys"), errors);
  validateKeys(mismatchLabelKeys, labelSelector, child(path, "mismatchLabelKeys"), errors);
  const selected = new Set(Object.keys(labelSelector?.matchLabels ?? {}));
  for (const { key } of labelSelector?.matchExpressions ?? []) {
    const index = matchLabelKeys.lastIndexOf(key);
    // Upstream names the term itself here, as if it were a list.
    if (index !== -1 && selected.has(key)) {
      errors.invalid(at(path, index), key, "exists in both matchLabelKeys and labelSelector");
    }
    selected.add(key);
  }
  matchLabelKeys.forEach((key, index) => {
    if (!mismatchLabelKeys.includes(key)) return;
    errors.invalid(
      at(child(path, "matchLabelKeys"), index),
      key,
      "exists in both matchLabelKeys and mismatchLabelKeys",
    );
  });
}

function validateKeys(
  keys: readonly string[],
  labelSelector: LabelSelector | undefined,
  path: string,
  errors: FieldErrors,
): void {
  if (keys.length === 0) return;
  if (!labelSelector) return errors.forbidden(path, "must not be specified when labelSelector is not set");
  keys.forEach((key, index) => checkLabelKey(key, at(path, index), errors));
}
