import { at, child, type FieldErrors } from "../../field-errors.ts";
import { dns1035LabelProblems } from "../../names.ts";
import type { CustomResourceDefinitionNames } from "../../types/apiextensions-v1.ts";

export function validateRequiredNames(names: CustomResourceDefinitionNames, errors: FieldErrors): void {
  for (const key of ["plural", "singular", "kind", "listKind"] as const) {
    if (!names[key]) errors.required(`spec.names.${key}`, "");
  }
}

/** Of those that are there. */
export function validateNames(names: CustomResourceDefinitionNames, path: string, errors: FieldErrors): void {
  const { kind, listKind, shortNames = [], categories = [] } = names;
  for (const key of ["plural", "singular"] as const) validateLabel(names[key] ?? "", child(path, key), errors);
  for (const key of ["kind", "listKind"] as const) validateKind(names[key] ?? "", child(path, key), errors);
  for (const [index, name] of shortNames.entries()) {
    validateListed(name, at(child(path, "shortNames"), index), errors);
  }
  if (kind && kind === listKind) {
    errors.invalid(child(path, "listKind"), listKind, "kind and listKind may not be the same");
  }
  for (const [index, name] of categories.entries()) {
    validateListed(name, at(child(path, "categories"), index), errors);
  }
}

function validateLabel(name: string, path: string, errors: FieldErrors): void {
  if (name !== "") validateListed(name, path, errors);
}

function validateListed(name: string, path: string, errors: FieldErrors): void {
  const problems = dns1035LabelProblems(name);
  if (problems.length > 0) errors.invalid(path, name, problems.join(","));
}

function validateKind(name: string, path: string, errors: FieldErrors): void {
  const problems = dns1035LabelProblems(name.toLowerCase());
  if (name === "" || problems.length === 0) return;
  errors.invalid(path, name, `may have mixed case, but should otherwise match: ${problems.join(",")}`);
}
