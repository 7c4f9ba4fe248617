import { fieldAt } from "../../custom-resources/field-path.ts";
import { at, child, type FieldErrors } from "../../field-errors.ts";
import type { CustomResourceDefinitionVersion } from "../../types/apiextensions-v1.ts";

const MOST_FIELDS = 8;
const TYPES = ["string", "boolean", "integer"];

export function validateSelectableFields(
  { selectableFields = [], schema }: Pick<CustomResourceDefinitionVersion, "selectableFields" | "schema">,
  path: string,
  mayBeMany: boolean,
  errors: FieldErrors,
): void {
  if (selectableFields.length === 0) return;
  const fieldsPath = child(path, "selectableFields");
  const root = schema?.openAPIV3Schema;
  if (!root) {
    const detail =
      path === "spec"
        ? "may only be set when validations.schema is included"
        : "may only be set when `version.schema.openAPIV3Schema` is not included";
    errors.invalid(fieldsPath, "", detail);
    return;
  }
  const seen = new Set<string>();
  for (const [index, { jsonPath }] of selectableFields.entries()) {
    const fieldPath = child(at(fieldsPath, index), "jsonPath");
    if (!jsonPath) {
      errors.required(fieldPath, "");
      continue;
    }
    const found = fieldAt(jsonPath, root, { allowsBrackets: false });
    if ("problem" in found) {
      errors.invalid(fieldPath, jsonPath, `is an invalid path: ${found.problem}`);
      continue;
    }
    if (found.root === "metadata") errors.invalid(fieldPath, jsonPath, "must not point to fields in metadata");
    if (!TYPES.includes(found.schema.type ?? "")) {
      const detail =
        "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.";
      errors.invalid(fieldPath, jsonPath, detail);
    }
    if (seen.has(found.path)) errors.duplicate(fieldPath, jsonPath);
    seen.add(found.path);
  }
  if (seen.size > MOST_FIELDS && !mayBeMany) errors.tooMany(fieldsPath, seen.size, MOST_FIELDS);
}
