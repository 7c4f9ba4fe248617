import { child, FieldErrors } from "../field-errors.ts";
import { EVERYTHING, labelSelectorOf, validateLabelSelector } from "../label-selector.ts";
import type { Labels } from "../label-selector.ts";
import type { PodTemplateSpec } from "../types/core-v1.ts";
import type { LabelSelector } from "../types/meta-v1.ts";

/** What kinds that make pods from a template have in common. */

/**
 * Checks a selector that must be there and not select everything; false when it is so malformed that nothing can be said of
 * what it selects.
 */
export function validateOwnSelector(
  selector: LabelSelector | null | undefined,
  { owner, malformed }: { readonly owner: string; readonly malformed: string },
  errors: FieldErrors,
): boolean {
  if (!selector) {
    errors.required("spec.selector", "");
    return true;
  }
  const found = new FieldErrors();
  validateLabelSelector(selector, "spec.selector", found);
  errors.errors.push(...found.errors);
  if (isEmpty(selector)) errors.invalid("spec.selector", selector, `empty selector is invalid for ${owner}`);
  if (!found.isEmpty) errors.invalid("spec.selector", selector, malformed);
  return found.isEmpty;
}

export const isEmpty = ({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean =>
  Object.keys(matchLabels).length + matchExpressions.length === 0;

/** An owner that does not select what it makes would make pods for ever. */
export function checkSelectsTemplate(
  matches: (labels: Labels | undefined) => boolean,
  template: PodTemplateSpec | undefined,
  path: string,
  errors: FieldErrors,
): void {
  const labels = template?.metadata?.labels;
  if (!matches(labels)) {
    errors.invalid(child(path, "metadata.labels"), labels, "`selector` does not match template `labels`");
  }
}

export function selectorMatcher(selector: LabelSelector | null | undefined): (labels: Labels | undefined) => boolean {
  return selector && isEmpty(selector) ? EVERYTHING.matches : labelSelectorOf(selector ?? undefined).matches;
}

/** Pods of a controller that replaces them run for ever. */
export function checkRunsForever(
  template: PodTemplateSpec | undefined,
  owner: string,
  path: string,
  errors: FieldErrors,
): void {
  const { restartPolicy = "", activeDeadlineSeconds } = template?.spec ?? {};
  if (restartPolicy !== "Always") errors.notSupported(child(path, "spec.restartPolicy"), restartPolicy, ["Always"]);
  if (activeDeadlineSeconds !== undefined) {
    errors.forbidden(child(path, "spec.activeDeadlineSeconds"), `activeDeadlineSeconds in ${owner} is not Supported`);
  }
}
