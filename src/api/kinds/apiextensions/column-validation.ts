import { at, child, type FieldErrors } from "../../field-errors.ts";
import type { CustomResourceColumnDefinition } from "../../types/apiextensions-v1.ts";

const TYPES = ["boolean", "date", "integer", "number", "string"];
const FORMATS = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"];

export function validateColumns(
  columns: readonly CustomResourceColumnDefinition[] | undefined,
  path: string,
  errors: FieldErrors,
): void {
  for (const [index, column] of (columns ?? []).entries()) validateColumn(column, at(path, index), errors);
}

function validateColumn(
  { name, type, format, jsonPath }: CustomResourceColumnDefinition,
  path: string,
  errors: FieldErrors,
): void {
  if (!name) errors.required(child(path, "name"), "");
  const types = `must be one of ${TYPES.join(",")}`;
  if (!type) errors.required(child(path, "type"), types);
  else if (!TYPES.includes(type)) errors.invalid(child(path, "type"), type, types);
  if (format && !FORMATS.includes(format)) {
    errors.invalid(child(path, "format"), format, `must be one of ${FORMATS.join(",")}`);
  }
  // Upstream's name of the field before v1.
  const pathPath = child(path, "JSONPath");
  if (!jsonPath) errors.required(pathPath, "");
  else validateSimplePath(jsonPath, pathPath, errors);
}

/** Whether a path begins as paths of definitions have to. */
export function validateSimplePath(text: string, path: string, errors: FieldErrors): boolean {
  if (text.startsWith(".")) return true;
  errors.invalid(path, text, "must be a simple json path starting with .");
  return false;
}
