import { goPattern, type GoPattern } from "../../lib/go/go-pattern.ts";
import { isExactInteger } from "../../lib/json/exact-integer.ts";
import type { JsonObject, JsonValue } from "../../lib/json/json-value.ts";
import { isJsonObject, jsonEqual, ownValue } from "../../lib/json/json-value.ts";
import type { FieldErrors } from "../field-errors.ts";
import type { JSONSchemaProps } from "../types/apiextensions-v1.ts";
import { type Correlated, correlatedItem, correlatedKey, isUnchanged } from "./correlation.ts";
import { formatCheck } from "./formats.ts";
import { validateNumber } from "./number-validation.ts";
import { isIntOrString, itemsOf, propertyOf, valuesOf } from "./structural.ts";
import {
  general,
  invalidType,
  invalidValue,
  requiredField,
  tooLong,
  tooMany,
  unsupportedValue,
  ValidationResult,
} from "./validation-result.ts";

/**
 * Checks a value against a JSON schema, with the errors, paths and words of upstream's validator (kube-openapi's fork of
 * go-openapi/validate). What did not change since `old` is not held against it.
 */
export function validateValue(
  value: JsonValue,
  schema: JSONSchemaProps,
  errors: FieldErrors,
  { parent = "", old }: { readonly parent?: string; readonly old?: JsonValue | undefined } = {},
): void {
  const correlated = old === undefined ? undefined : { value, old, schema };
  const result = checked(value, schema, "", correlated);
  if (isUnchanged(correlated)) return;
  for (const finding of result.findings) finding.add(errors, parent);
}

type Json = JsonValue;

function checked(
  value: Json,
  schema: JSONSchemaProps,
  path: string,
  correlated: Correlated | undefined,
): ValidationResult {
  const result = new ValidationResult();
  checkType(value, schema, path, result);
  if (value === null) {
    checkEnum(value, schema, path, result);
    return result;
  }
  checkAlternatives(value, schema, path, correlated, result);
  if (typeof value === "string") checkString(value, schema, path, result);
  if (typeof value === "number" || isExactInteger(value)) {
    result.matchCount++;
    validateNumber(value, schema, path, result);
  }
  if (Array.isArray(value)) checkItems(value, schema, path, correlated, result);
  checkEnum(value, schema, path, result);
  if (isJsonObject(value)) checkFields(value, schema, path, correlated, result);
  result.matchCount++;
  return result;
}

/** The result of a part, which counts as flawless when the part is as it was. */
function checkedPart(value: Json, schema: JSONSchemaProps, path: string, correlated: Correlated | undefined) {
  const result = checked(value, schema, path, correlated);
  if (!result.isValid && isUnchanged(correlated)) return new ValidationResult();
  return result;
}

function typesOf(schema: JSONSchemaProps): readonly string[] {
  if (isIntOrString(schema)) return ["integer", "string"];
  return schema.type ? [schema.type] : [];
}

function checkType(value: Json, schema: JSONSchemaProps, path: string, result: ValidationResult): void {
  const types = typesOf(schema);
  if (types.length === 0) return;
  const actual = typeName(value);
  const isFitting =
    types.includes(actual) ||
    (value === null && schema.nullable === true) ||
    (actual === "integer" && types.includes("number"));
  if (isFitting) result.matchCount++;
  else result.add(invalidType(path, types.join(","), actual));
}

function typeName(value: Json): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (isExactInteger(value)) return "integer";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value;
}

function checkEnum(value: Json, schema: JSONSchemaProps, path: string, result: ValidationResult): void {
  const { enum: allowed } = schema;
  if (!allowed || allowed.length === 0 || allowed.some((each) => jsonEqual(each, value))) return;
  result.add(unsupportedValue(path, value, allowed));
}

function checkString(value: string, schema: JSONSchemaProps, path: string, result: ValidationResult): void {
  const finding = stringFinding(value, schema, path);
  if (finding) result.add(finding);
  result.matchCount++;
  const isFormatted = schema.format !== undefined && (schema.type === "string" || !schema.type);
  const check = isFormatted ? formatCheck(schema.format ?? "") : undefined;
  if (check && !check(value)) {
    result.add({
      add: (errors, parent) => invalidFormat(path, schema.format ?? "", value).add(errors, parent),
    });
  }
}

const invalidFormat = (path: string, format: string, value: string) => invalidType(path, format, value);

/** The first thing that is wrong: length, then pattern. */
function stringFinding(value: string, schema: JSONSchemaProps, path: string) {
  const { maxLength, minLength, pattern } = schema;
  const isMeasured = maxLength !== undefined || minLength !== undefined;
  const length = isMeasured ? characterCount(value) : 0;
  if (maxLength !== undefined && length > maxLength) return tooLong(path, maxLength);
  if (minLength !== undefined && length < minLength) {
    return invalidValue(path, value, `should be at least ${minLength} chars long`);
  }
  if (pattern && !compiled(pattern).matches(value)) return invalidValue(path, value, `should match '${pattern}'`);
  return undefined;
}

function characterCount(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

// A memory of what follows from its key; bounded by the patterns of the definitions there are.
const patterns = new Map<string, GoPattern>();
const MOST_PATTERNS = 10_000;

function compiled(text: string): GoPattern {
  const known = patterns.get(text);
  if (known) return known;
  if (patterns.size >= MOST_PATTERNS) patterns.clear();
  const pattern = goPattern(text);
  patterns.set(text, pattern);
  return pattern;
}

function checkItems(
  value: readonly Json[],
  schema: JSONSchemaProps,
  path: string,
  correlated: Correlated | undefined,
  result: ValidationResult,
): void {
  const items = itemsOf(schema);
  if (items) {
    for (const [index, item] of value.entries()) {
      result.merge(checkedPart(item, items, `${path}[${index}]`, correlatedItem(correlated, index)));
    }
  }
  const { minItems, maxItems, uniqueItems } = schema;
  if (minItems !== undefined && value.length < minItems) {
    result.add(invalidValue(path, value.length, `should have at least ${minItems} items`));
  }
  if (maxItems !== undefined && value.length > maxItems) result.add(tooMany(path, value.length, maxItems));
  if (uniqueItems && value.some((item, at) => value.slice(0, at).some((other) => jsonEqual(item, other)))) {
    result.add(invalidValue(path, "", "shouldn't contain duplicates"));
  }
  result.matchCount++;
}

function checkFields(
  value: JsonObject,
  schema: JSONSchemaProps,
  path: string,
  correlated: Correlated | undefined,
  result: ValidationResult,
): void {
  const { minProperties, maxProperties, required = [], additionalProperties } = schema;
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  if (minProperties !== undefined && keys.length < minProperties) {
    result.add(invalidValue(path, keys.length, `should have at least ${minProperties} properties`));
  }
  if (maxProperties !== undefined && keys.length > maxProperties) {
    result.add(tooMany(path, keys.length, maxProperties));
  }
  const values = valuesOf(schema);
  for (const key of keys) {
    const property = propertyOf(schema, key);
    if (!property && additionalProperties === false) {
      result.add({
        add: (errors, parent) =>
          errors.invalid(
            parent === "" ? path : `${parent}.${path}`,
            key,
            `${path}.${key} in body is a forbidden property`,
          ),
      });
      continue;
    }
    const childSchema = property ?? values;
    if (!childSchema) continue;
    // What an object is called and of what kind it is never counts as unchanged: both are converted.
    const isTypeMeta = path === "" && (key === "kind" || key === "apiVersion");
    const childPath = property && path === "" ? key : `${path}.${key}`;
    const child = isTypeMeta ? undefined : correlatedKey(correlated, key);
    result.merge(checkedPart(value[key] ?? null, childSchema, childPath, child));
  }
  for (const key of required) {
    if (ownValue(value, key) === undefined) result.add(requiredField(`${path}.${key}`));
  }
}

function checkAlternatives(
  value: Json,
  schema: JSONSchemaProps,
  path: string,
  correlated: Correlated | undefined,
  result: ValidationResult,
): void {
  const check = (each: JSONSchemaProps): ValidationResult => checked(value, each, path, correlated);
  const quoted = JSON.stringify(path);
  checkAnyOf((schema.anyOf ?? []).map(check), quoted, result);
  checkOneOf((schema.oneOf ?? []).map(check), quoted, result);
  const all = (schema.allOf ?? []).map(check);
  for (const each of all) result.merge(each);
  if (all.some((each) => !each.isValid)) {
    const none = all.every((each) => !each.isValid) ? ". None validated" : "";
    result.add(general(`${quoted} must validate all the schemas (allOf)${none}`));
  }
  if (schema.not && check(schema.not).isValid) {
    result.add(general(`${quoted} must not validate the schema (not)`));
  }
  result.matchCount++;
}

function checkAnyOf(results: readonly ValidationResult[], quoted: string, result: ValidationResult): void {
  if (results.length === 0) return;
  const success = results.find(({ isValid }) => isValid);
  if (!success) result.add(general(`${quoted} must validate at least one schema (anyOf)`));
  const told = success ?? closest(results);
  if (told) result.merge(told);
}

function checkOneOf(results: readonly ValidationResult[], quoted: string, result: ValidationResult): void {
  if (results.length === 0) return;
  const valid = results.filter(({ isValid }) => isValid);
  if (valid.length === 1) return;
  const detail = valid.length === 0 ? "Found none valid" : `Found ${valid.length} valid alternatives`;
  result.add(general(`${quoted} must validate one and only one schema (oneOf). ${detail}`));
  const told = valid.length === 0 ? closest(results) : undefined;
  if (told) result.merge(told);
}

/** The alternative that passed most checks, the first of several. */
function closest(results: readonly ValidationResult[]): ValidationResult | undefined {
  let best: ValidationResult | undefined;
  for (const each of results) if (!best || each.matchCount > best.matchCount) best = each;
  return best;
}
