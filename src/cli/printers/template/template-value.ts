import { isExactInteger } from "../../../lib/json/exact-integer.ts";
import { isJsonObject } from "../../../lib/json/json-value.ts";

/** What a template computes with: JSON, and undefined for what a missing key gives. */
export type TemplateValue = unknown;

export function isTrue(value: TemplateValue): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isJsonObject(value)) return Object.keys(value).length > 0;
  return isExactInteger(value) || Boolean(value);
}

/** The names that Go's messages give to types. */
export function typeName(value: TemplateValue): string {
  if (value === undefined || value === null) return "<nil>";
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "bool";
  if (isExactInteger(value)) return "int64";
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  return Array.isArray(value) ? "[]interface {}" : "map[string]interface {}";
}
