import type { FieldErrors } from "../../../field-errors.ts";
import { validateAnnotationsSize } from "../../../meta-validation.ts";
import { labelKeyProblems } from "../../../names.ts";

/** What a pod tells the signer of its certificate: every key belongs to a domain. */
export function validateUserAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  path: string,
  errors: FieldErrors,
): void {
  for (const key of Object.keys(annotations ?? {})) validateKey(key.toLowerCase(), path, errors);
  validateAnnotationsSize(annotations, path, errors);
}

function validateKey(key: string, path: string, errors: FieldErrors): void {
  if (key === "") return errors.required(path, "");
  const problems = labelKeyProblems(key);
  for (const problem of problems) errors.invalid(path, key, problem);
  if (problems.length === 0 && !key.includes("/")) {
    errors.invalid(path, key, 'must be a domain-prefixed key (such as "acme.io/foo")');
  }
}
