/**
 * Whether a schema is structural: says of every field what it is, and has nothing but checks inside of allOf, anyOf, oneOf and
 * not (apiextensions-apiserver/pkg/apiserver/schema/validation.go and complete.go).
 */
import { goPattern, PatternError } from "../../lib/go/go-pattern.ts";
import { jsonEqual } from "../../lib/json/json-value.ts";
import { at, child, FieldErrors, type FieldError } from "../field-errors.ts";
import type { JSONSchemaProps } from "../types/apiextensions-v1.ts";
import { validateCompleteness } from "./structural-completeness.ts";
import { isEmbedded, isIntOrString, itemsOf, preservesUnknown, valuesOf } from "./structural.ts";

type Level = "root" | "item" | "field";

/** Every problem, in the order of their texts. */
export function structuralErrors(schema: JSONSchemaProps, path: string): readonly FieldError[] {
  const errors = new FieldErrors();
  validateInvariants(schema, "root", path, errors);
  validateCompleteness(schema, path, errors);
  const textOf = ({ path: at_, message }: FieldError): string => `${at_}: ${message}`;
  return errors.errors.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}

/** Parts of JSON schemas that structural ones do not have; upstream cannot even read them. */
export function unsupportedPart(schema: JSONSchemaProps): string | undefined {
  const found = UNSUPPORTED.find(([key]) => isSet(schema[key]));
  if (found) return `OpenAPIV3Schema '${found[1]}' is not supported`;
  if (Array.isArray(schema.items)) return "OpenAPIV3Schema 'items' must be a schema, but is an array";
  for (const below of partsOf(schema)) {
    const problem = unsupportedPart(below);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

const UNSUPPORTED = [
  ["id", "id"],
  ["$schema", "schema"],
  ["$ref", "$ref"],
  ["patternProperties", "patternProperties"],
  ["dependencies", "dependencies"],
  ["additionalItems", "additionalItems"],
  ["definitions", "definitions"],
] as const;

const isSet = (value: unknown): boolean =>
  typeof value === "object" && value !== null ? Object.keys(value).length > 0 : value !== undefined && value !== "";

/** All schemas directly inside of a schema. */
export function partsOf(schema: JSONSchemaProps): readonly JSONSchemaProps[] {
  const items = Array.isArray(schema.items) ? schema.items : schema.items ? [schema.items] : [];
  const values = valuesOf(schema);
  return [
    ...items,
    ...Object.values(schema.properties ?? {}),
    ...(values ? [values] : []),
    ...(schema.allOf ?? []),
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
    ...(schema.not ? [schema.not] : []),
    ...Object.values(schema.patternProperties ?? {}),
    ...Object.values(schema.definitions ?? {}),
    ...(typeof schema.additionalItems === "object" ? [schema.additionalItems] : []),
    ...Object.values(schema.dependencies ?? {}).flatMap((each) => (Array.isArray(each) ? [] : [each])),
  ];
}

function validateInvariants(schema: JSONSchemaProps, level: Level, path: string, errors: FieldErrors): void {
  const items = itemsOf(schema);
  if (schema.type === "array" && !items) errors.required(child(path, "items"), "must be specified");
  if (items) validateInvariants(items, "item", child(path, "items"), errors);
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    validateInvariants(property, "field", at(child(path, "properties"), key), errors);
  }
  const values = valuesOf(schema);
  if (schema.additionalProperties !== undefined && level === "root") {
    errors.forbidden(child(path, "additionalProperties"), "must not be used at the root");
  }
  if (values) validateInvariants(values, "field", child(path, "additionalProperties"), errors);
  validateExtensions(schema, path, errors);
  validateChecks(schema, path, errors, skipped(schema));
  validateType(schema, level, path, errors);
  validateMetaFields(schema, level, path, errors);
}

const INT_OR_STRING: readonly JSONSchemaProps[] = [{ type: "integer" }, { type: "string" }];

/** int-or-string may say so in the old way too, in anyOf or in the anyOf of the first allOf. */
const skipped = ({ anyOf, allOf }: JSONSchemaProps) => ({
  anyOf: jsonEqual(anyOf, INT_OR_STRING),
  firstAllOf: jsonEqual(allOf?.[0]?.anyOf, INT_OR_STRING),
});

function validateExtensions(schema: JSONSchemaProps, path: string, errors: FieldErrors): void {
  if (!isIntOrString(schema)) return;
  const detail = "must be false if x-kubernetes-int-or-string is true";
  if (preservesUnknown(schema)) errors.invalid(child(path, "x-kubernetes-preserve-unknown-fields"), true, detail);
  if (isEmbedded(schema)) errors.invalid(child(path, "x-kubernetes-embedded-resource"), true, detail);
}

const TYPELESS: Readonly<Record<Level, string>> = {
  root: "must not be empty at the root",
  item: "must not be empty for specified array items",
  field: "must not be empty for specified object fields",
};

function validateType(schema: JSONSchemaProps, level: Level, path: string, errors: FieldErrors): void {
  const { type = "" } = schema;
  const typePath = child(path, "type");
  if (isEmbedded(schema) && type !== "object") {
    const detail = "must be object if x-kubernetes-embedded-resource is true";
    if (type === "") errors.required(typePath, detail);
    else errors.invalid(typePath, type, detail);
  } else if (type === "" && !isIntOrString(schema) && !preservesUnknown(schema)) {
    errors.required(typePath, TYPELESS[level]);
  }
  if (isEmbedded(schema) && schema.additionalProperties !== undefined) {
    const detail = "must not be used if x-kubernetes-embedded-resource is set";
    errors.forbidden(child(path, "additionalProperties"), detail);
  }
  if (level === "root" && type !== "" && type !== "object")
    errors.invalid(typePath, type, "must be object at the root");
}

function validateMetaFields(schema: JSONSchemaProps, level: Level, path: string, errors: FieldErrors): void {
  const { kind, apiVersion, metadata } = schema.properties ?? {};
  const isObject = level === "root" || isEmbedded(schema);
  const pathOf = (key: string): string => at(child(path, "properties"), key);
  for (const [key, property] of [
    ["kind", kind],
    ["apiVersion", apiVersion],
  ] as const) {
    if (!isObject || !property || property.type === "string") continue;
    errors.invalid(child(pathOf(key), "type"), property.type ?? "", "must be string");
  }
  if (metadata) {
    if (isObject && metadata.type !== "object") {
      errors.invalid(child(pathOf("metadata"), "type"), metadata.type ?? "", "must be object");
    }
    if (level === "root" && !isPlainMetadata(metadata)) {
      errors.forbidden(
        pathOf("metadata"),
        "must not specify anything other than name and generateName, but metadata is implicitly specified",
      );
    }
  }
  const hasProperties = Object.keys(schema.properties ?? {}).length > 0;
  if (isEmbedded(schema) && !preservesUnknown(schema) && !hasProperties) {
    const detail =
      "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields";
    errors.required(child(path, "properties"), detail);
  }
}

function isPlainMetadata({ type: _type, default: _default, properties = {}, ...rest }: JSONSchemaProps): boolean {
  const isEmpty = Object.values(rest).every((value) => value === undefined || value === "" || value === false);
  return isEmpty && Object.keys(properties).every((key) => key === "name" || key === "generateName");
}

interface Skips {
  readonly anyOf: boolean;
  readonly firstAllOf: boolean;
}

const NO_SKIPS: Skips = { anyOf: false, firstAllOf: false };

/** `allowsRules`: rules may stand in allOf only. */
function validateChecks(schema: JSONSchemaProps, path: string, errors: FieldErrors, skips: Skips = NO_SKIPS): void {
  if (!skips.anyOf) {
    for (const [index, each] of (schema.anyOf ?? []).entries()) {
      validateNested(each, at(child(path, "anyOf"), index), errors);
    }
  }
  for (const [index, each] of (schema.allOf ?? []).entries()) {
    const own = skips.firstAllOf && index === 0 ? { anyOf: true, firstAllOf: false } : NO_SKIPS;
    validateNested(each, at(child(path, "allOf"), index), errors, own);
  }
  for (const [index, each] of (schema.oneOf ?? []).entries()) {
    validateNested(each, at(child(path, "oneOf"), index), errors);
  }
  if (schema.not) validateNested(schema.not, child(path, "not"), errors);
  if (schema.pattern) validatePattern(schema.pattern, child(path, "pattern"), errors);
}

function validatePattern(pattern: string, path: string, errors: FieldErrors): void {
  try {
    goPattern(pattern);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    errors.invalid(path, pattern, `must be a valid regular expression, but isn't: ${error.message}`);
  }
}

/** What only belongs outside of junctors, with what must be the case inside. */
const FORBIDDEN_INSIDE = [
  ["type", "must be empty to be structural"],
  ["additionalProperties", "must be undefined to be structural"],
  ["default", "must be undefined to be structural"],
  ["title", "must be empty to be structural"],
  ["description", "must be empty to be structural"],
  ["nullable", "must be false to be structural"],
  ["x-kubernetes-preserve-unknown-fields", "must be false to be structural"],
  ["x-kubernetes-embedded-resource", "must be false to be structural"],
  ["x-kubernetes-int-or-string", "must be false to be structural"],
  ["x-kubernetes-list-map-keys", "must be empty to be structural"],
  ["x-kubernetes-list-type", "must be undefined to be structural"],
  ["x-kubernetes-map-type", "must be undefined to be structural"],
  ["x-kubernetes-validations", "must be empty to be structural"],
] as const;

function validateNested(schema: JSONSchemaProps, path: string, errors: FieldErrors, skips: Skips = NO_SKIPS): void {
  validateChecks(schema, path, errors, skips);
  const items = itemsOf(schema);
  if (items) validateNested(items, child(path, "items"), errors);
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    validateNested(property, at(child(path, "properties"), key), errors);
  }
  for (const [key, detail] of FORBIDDEN_INSIDE) {
    const value = schema[key];
    const isGiven = Array.isArray(value) ? value.length > 0 : value !== undefined && value !== "" && value !== false;
    if (isGiven) errors.forbidden(child(path, key), detail);
  }
  if (schema.properties?.["metadata"]) {
    errors.forbidden(at(child(path, "properties"), "metadata"), "must not be specified in a nested context");
  }
}
