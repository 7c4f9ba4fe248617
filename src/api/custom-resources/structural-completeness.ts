import { at, child, type FieldErrors } from "../field-errors.ts";
import type { JSONSchemaProps } from "../types/apiextensions-v1.ts";
import { itemsOf, propertyOf, valuesOf } from "./structural.ts";

/** Whatever allOf, anyOf, oneOf or not check must be specified outside of them too. */
export function validateCompleteness(schema: JSONSchemaProps, path: string, errors: FieldErrors): void {
  validateJunctors(schema, schema, path, path, errors);
}

function validateJunctors(
  checks: JSONSchemaProps,
  schema: JSONSchemaProps,
  path: string,
  checksPath: string,
  errors: FieldErrors,
): void {
  if (checks.not) validateParts(checks.not, schema, path, child(checksPath, "not"), errors);
  for (const junctor of ["allOf", "anyOf", "oneOf"] as const) {
    for (const [index, each] of (checks[junctor] ?? []).entries()) {
      validateParts(each, schema, path, at(child(checksPath, junctor), index), errors);
    }
  }
}

function validateParts(
  checks: JSONSchemaProps,
  schema: JSONSchemaProps | undefined,
  path: string,
  checksPath: string,
  errors: FieldErrors,
): void {
  if (!schema) {
    errors.required(path, `because it is defined in ${checksPath}`);
    return;
  }
  validateJunctors(checks, schema, path, checksPath, errors);
  const items = itemsOf(checks);
  if (items) validateParts(items, itemsOf(schema), child(path, "items"), child(checksPath, "items"), errors);
  for (const [key, property] of Object.entries(checks.properties ?? {})) {
    const ownPath = at(child(path, "properties"), key);
    const otherPath = at(child(checksPath, "properties"), key);
    validateParts(property, propertyOf(schema, key), ownPath, otherPath, errors);
  }
  const values = valuesOf(checks);
  if (!values) return;
  const name = "additionalProperties";
  validateParts(values, valuesOf(schema), child(path, name), child(checksPath, name), errors);
}
