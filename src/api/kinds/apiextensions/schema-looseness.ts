import { itemsOf, propertyOf } from "../../custom-resources/structural.ts";
import type { JSONSchemaProps } from "../../types/apiextensions-v1.ts";

export const SCHEMA_TYPES: readonly string[] = ["array", "boolean", "integer", "number", "object", "string"];

export const hasUnknownTypes = ({ type }: JSONSchemaProps): boolean =>
  Boolean(type) && !SCHEMA_TYPES.includes(type ?? "");

/** Sets whose items are taken apart: what is not the same is then not told apart either. */
export function hasLooseSets(schema: JSONSchemaProps): boolean {
  const items = itemsOf(schema);
  if (schema["x-kubernetes-list-type"] !== "set" || !items) return false;
  if (items.type === "array") return (items["x-kubernetes-list-type"] ?? "atomic") !== "atomic";
  return items.type === "object" && items["x-kubernetes-map-type"] !== "atomic";
}

/** Lists with keys that an item may lack. */
export function hasUnkeyedMaps(schema: JSONSchemaProps): boolean {
  const items = itemsOf(schema);
  const relation = schema["x-kubernetes-list-type"];
  if (!items || (relation !== "set" && relation !== "map")) return false;
  if (items.nullable) return true;
  return (
    relation === "map" &&
    (schema["x-kubernetes-list-map-keys"] ?? []).some((key) => {
      const property = propertyOf(items, key);
      return property && (property.nullable || isLackable(items, key));
    })
  );
}

/** Whether an item may be without a key: it is neither required nor has it a default. */
export const isLackable = (items: JSONSchemaProps, key: string): boolean =>
  !items.required?.includes(key) && propertyOf(items, key)?.default === undefined;
