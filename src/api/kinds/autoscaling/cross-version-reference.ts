import { checkRequired } from "../../field-checks.ts";
import { child, type FieldErrors } from "../../field-errors.ts";
import { pathSegmentProblems } from "../../names.ts";
import type { CrossVersionObjectReference } from "../../types/autoscaling-v2.ts";

/** What an autoscaler scales or measures. */
export function validateReference(
  { kind, name }: CrossVersionObjectReference,
  path: string,
  errors: FieldErrors,
): void {
  checkRequired(kind, pathSegmentProblems, child(path, "kind"), errors);
  checkRequired(name, pathSegmentProblems, child(path, "name"), errors);
}

export function checkApiVersion(
  { apiVersion = "" }: CrossVersionObjectReference,
  { allowsCore }: { readonly allowsCore: boolean },
  path: string,
  errors: FieldErrors,
): void {
  const parts = apiVersion.split("/");
  if (parts.length > 2) {
    errors.invalid(child(path, "apiVersion"), apiVersion, `unexpected GroupVersion string: ${apiVersion}`);
  } else if (!allowsCore && (parts.length === 1 || parts[0] === "")) {
    errors.invalid(child(path, "apiVersion"), apiVersion, "apiVersion must specify API group");
  }
}
