import { itemsOf, propertyOf } from "../../custom-resources/structural.ts";
import { at, child, type FieldErrors } from "../../field-errors.ts";
import type { JSONSchemaProps } from "../../types/apiextensions-v1.ts";
import type { Tolerated } from "./definition-ratcheting.ts";
import { isLackable } from "./schema-looseness.ts";

/** x-kubernetes-list-type and x-kubernetes-list-map-keys. */
export function validateListSchema(
  schema: JSONSchemaProps,
  path: string,
  tolerated: Tolerated,
  errors: FieldErrors,
): void {
  const relation = schema["x-kubernetes-list-type"];
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  const relationPath = child(path, "x-kubernetes-list-type");
  const keysPath = child(path, "x-kubernetes-list-map-keys");
  if (relation !== undefined && schema.type !== "array") {
    const detail = "must be array if x-kubernetes-list-type is specified";
    if (schema.type) errors.invalid(child(path, "type"), schema.type, detail);
    else errors.required(child(path, "type"), detail);
  } else if (relation === "set" && !tolerated.looseSets) validateSetItems(schema, path, errors);
  if (relation !== undefined && !["atomic", "set", "map"].includes(relation)) {
    errors.notSupported(relationPath, relation, ["atomic", "set", "map"]);
  }
  if (keys.length > 0 && relation !== "map") {
    const detail = "must be map if x-kubernetes-list-map-keys is non-empty";
    if (relation === undefined) errors.required(relationPath, detail);
    else errors.invalid(relationPath, relation, detail);
  }
  if (relation === "map") {
    if (keys.length === 0) errors.required(keysPath, "must not be empty if x-kubernetes-list-type is map");
    validateMapItems(schema, keys, path, errors);
  }
  if (!tolerated.unkeyedMaps) validateKeys(schema, path, errors);
}

function validateSetItems(schema: JSONSchemaProps, path: string, errors: FieldErrors): void {
  const items = itemsOf(schema);
  const detail = "must be atomic as item of a list with x-kubernetes-list-type=set";
  if (items?.type === "array") {
    const own = items["x-kubernetes-list-type"] ?? "atomic";
    if (own !== "atomic") errors.invalid(child(path, "items.x-kubernetes-list-type"), own, detail);
  }
  if (items?.type === "object" && items["x-kubernetes-map-type"] !== "atomic") {
    errors.invalid(child(path, "items.x-kubernetes-map-type"), items["x-kubernetes-list-type"] ?? null, detail);
  }
}

function validateMapItems(schema: JSONSchemaProps, keys: readonly string[], path: string, errors: FieldErrors): void {
  const itemsPath = child(path, "items");
  const items = itemsOf(schema);
  if (!schema.items) errors.required(itemsPath, "must have a schema if x-kubernetes-list-type is map");
  else if (!items) {
    errors.invalid(itemsPath, schema.items, "must only have a single schema if x-kubernetes-list-type is map");
  }
  if (!items) return;
  if (items.type !== "object") {
    const detail = "must be object if parent array's x-kubernetes-list-type is map";
    errors.invalid(child(itemsPath, "type"), items.type ?? "", detail);
    return;
  }
  const keysPath = child(path, "x-kubernetes-list-map-keys");
  for (const [index, key] of keys.entries()) {
    const property = propertyOf(items, key);
    if (property?.type === "array" || property?.type === "object") {
      const typePath = child(at(child(itemsPath, "properties"), key), "type");
      const detail = "must be a scalar type if parent array's x-kubernetes-list-type is map";
      errors.invalid(typePath, items.type, detail);
    }
    if (!property) errors.invalid(keysPath, keys, "entries must all be names of item properties");
    if (keys.indexOf(key) < index) errors.invalid(keysPath, keys, "must not contain duplicate entries");
  }
}

/** Every item of a map or set can be told from the others. */
function validateKeys(schema: JSONSchemaProps, path: string, errors: FieldErrors): void {
  const items = itemsOf(schema);
  const relation = schema["x-kubernetes-list-type"];
  if (!items || (relation !== "set" && relation !== "map")) return;
  const itemsPath = child(path, "items");
  if (items.nullable) {
    errors.forbidden(child(itemsPath, "nullable"), `cannot be nullable when x-kubernetes-list-type is ${relation}`);
  }
  if (relation === "set") return;
  for (const key of schema["x-kubernetes-list-map-keys"] ?? []) {
    const property = propertyOf(items, key);
    if (!property) continue;
    const propertyPath = at(child(itemsPath, "properties"), key);
    const subject = "this property is in x-kubernetes-list-map-keys";
    if (isLackable(items, key)) {
      errors.required(
        child(propertyPath, "default"),
        `${subject}, so it must have a default or be a required property`,
      );
    }
    if (property.nullable) errors.forbidden(child(propertyPath, "nullable"), `${subject}, so it cannot be nullable`);
  }
}
