import { isExactInteger } from "../../lib/json/exact-integer.ts";
import type { JsonObject, JsonValue } from "../../lib/json/json-value.ts";
import { isJsonObject } from "../../lib/json/json-value.ts";
import type { NodeType } from "../schema/managed-fields/node-type.ts";
import { goText } from "../schema/strategic-directives.ts";
import type { JSONSchemaProps } from "../types/apiextensions-v1.ts";
import { isIntOrString, itemsOf, schemaUnder } from "./structural.ts";

/**
 * What in an applied configuration does not fit the schema: fields that it does not have and values of a wrong type, in the
 * words of structured-merge-diff. Merging could make nothing of either.
 */
export function appliedProblems(
  value: JsonObject,
  schema: JSONSchemaProps | undefined,
  nodeType: NodeType,
): readonly string[] {
  const problems: string[] = [];
  collect(value, schema, nodeType, "", problems);
  return problems;
}

function collect(
  value: JsonValue,
  schema: JSONSchemaProps | undefined,
  type: NodeType,
  path: string,
  problems: string[],
): void {
  const mismatch = schema && typeMismatch(value, schema);
  if (mismatch !== undefined) {
    problems.push(path === "" ? mismatch : `${path}: ${mismatch}`);
    return;
  }
  if (type.kind === "object" && isJsonObject(value)) {
    for (const [key, child] of Object.entries(value)) {
      const childType = type.field(key);
      if (child === undefined) continue;
      if (childType) collect(child, schemaUnder(schema, key), childType, `${path}.${key}`, problems);
      else problems.push(`${path}.${key}: field not declared in schema`);
    }
  } else if (type.kind === "list" && Array.isArray(value)) {
    const items = schema && itemsOf(schema);
    const seen = new Set<string>();
    for (const [index, item] of value.entries()) {
      const element = type.element(item);
      if (element === undefined) {
        problems.push(`${path}: element ${index}: associative list has an element that cannot be told from others`);
      } else if (seen.has(element)) problems.push(`${path}: duplicate entries for key ${element.slice(2)}`);
      else collect(item, items, type.items, `${path}[${element.slice(2)}]`, problems);
      if (element !== undefined) seen.add(element);
    }
  }
}

function typeMismatch(value: JsonValue, schema: JSONSchemaProps): string | undefined {
  if (value === null || isIntOrString(schema)) return undefined;
  switch (schema.type) {
    case "object":
      return isJsonObject(value) ? undefined : `expected map, got &{${goText(value)}}`;
    case "array":
      return Array.isArray(value) ? undefined : `expected list, got &{${goText(value)}}`;
    case "integer":
    case "number":
      return isNumber(value) ? undefined : `expected numeric (int or float), got ${goTypeName(value)}`;
    case "string":
      return typeof value === "string" || schema.format
        ? undefined
        : `expected string, got &value.valueUnstructured{Value:${goText(value)}}`;
    case "boolean":
      return typeof value === "boolean" ? undefined : `expected boolean, got &{${goText(value)}}`;
    default:
      return undefined;
  }
}

const isNumber = (value: JsonValue): boolean => typeof value === "number" || isExactInteger(value);

function goTypeName(value: JsonValue): string {
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "bool";
  return Array.isArray(value) ? "[]interface {}" : "map[string]interface {}";
}
