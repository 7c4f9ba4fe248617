import { validateDefaults } from "../../custom-resources/default-validation.ts";
import { structuralErrors, unsupportedPart } from "../../custom-resources/structural-validation.ts";
import { valuesOf } from "../../custom-resources/structural.ts";
import { at, child, FieldErrors } from "../../field-errors.ts";
import type { CustomResourceValidation, JSONSchemaProps } from "../../types/apiextensions-v1.ts";
import type { Tolerated } from "./definition-ratcheting.ts";
import { validateExpressions } from "./expression-validation.ts";
import { validateListSchema } from "./list-schema-validation.ts";
import { validateRuleTexts } from "./rule-validation.ts";
import { SCHEMA_TYPES } from "./schema-looseness.ts";

interface SchemaRules {
  readonly hasStatus: boolean;
  readonly needsStructure: boolean;
  readonly tolerated: Tolerated;
}

/** Upstream's validateCustomResourceDefinitionValidation. */
export function validateSchema(
  validation: CustomResourceValidation | undefined,
  path: string,
  rules: SchemaRules,
  errors: FieldErrors,
): void {
  const schema = validation?.openAPIV3Schema;
  if (!schema) return;
  const root = child(path, "openAPIV3Schema");
  const found = new FieldErrors();
  if (rules.hasStatus) validateRootFields(schema, root, found);
  if (schema.nullable) found.forbidden(child(root, "nullable"), "nullable cannot be true at the root");
  const unsupported = unsupportedPart(schema);
  if (rules.needsStructure && unsupported === undefined) {
    const structural = structuralErrors(schema, root);
    found.errors.push(...structural);
    if (structural.length === 0) validateDefaults(schema, root, found, { mustBePruned: true });
  }
  validatePart(schema, root, { ...rules, isRoot: true, isInMetadata: false, noDefaults: undefined }, found);
  if (rules.needsStructure && unsupported !== undefined && found.isEmpty) found.invalid(root, "", unsupported);
  if (rules.needsStructure && unsupported === undefined && found.isEmpty) validateExpressions(schema, root, found);
  errors.errors.push(...found.errors);
}

/** Go's names of the fields, which upstream's message has. */
const ALLOWED_AT_ROOT: Readonly<Record<string, string>> = {
  description: "Description",
  type: "Type",
  format: "Format",
  title: "Title",
  maximum: "Maximum",
  exclusiveMaximum: "ExclusiveMaximum",
  minimum: "Minimum",
  exclusiveMinimum: "ExclusiveMinimum",
  maxLength: "MaxLength",
  minLength: "MinLength",
  pattern: "Pattern",
  maxItems: "MaxItems",
  minItems: "MinItems",
  uniqueItems: "UniqueItems",
  multipleOf: "MultipleOf",
  required: "Required",
  items: "Items",
  properties: "Properties",
  externalDocs: "ExternalDocs",
  example: "Example",
  "x-kubernetes-preserve-unknown-fields": "XPreserveUnknownFields",
  "x-kubernetes-validations": "XValidations",
};

/** A status can only be written by itself if the schema of the whole says nothing about both at once. */
function validateRootFields(schema: JSONSchemaProps, path: string, errors: FieldErrors): void {
  if (schema.type && schema.type !== "object") {
    const detail = `only "object" is allowed as the type at the root of the schema if the status subresource is enabled`;
    errors.invalid(child(path, "type"), schema.type, detail);
    return;
  }
  const isOther = Object.entries(schema).some(([key, value]) => isGiven(value) && !(key in ALLOWED_AT_ROOT));
  if (!isOther) return;
  const allowed = Object.values(ALLOWED_AT_ROOT).join(" ");
  const detail = `only [${allowed}] fields are allowed at the root of the schema if the status subresource is enabled`;
  errors.invalid(path, schema, detail);
}

const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== "" && value !== false && !(Array.isArray(value) && value.length === 0);

interface PartRules extends SchemaRules {
  readonly isRoot: boolean;
  readonly isInMetadata: boolean;
  /** Why there must be no defaults here. */
  readonly noDefaults: string | undefined;
}

function validatePart(schema: JSONSchemaProps, path: string, rules: PartRules, errors: FieldErrors): void {
  validateKeywords(schema, path, rules, errors);
  validateListSchema(schema, path, rules.tolerated, errors);
  validateExtensions(schema, path, errors);
  validateRuleTexts(schema, path, errors);
  const inner: PartRules = { ...rules, isRoot: false };
  const values = valuesOf(schema);
  if (values) {
    const reason = "inside additionalProperties applying to object metadata";
    const own = rules.isInMetadata ? { ...inner, noDefaults: reason } : inner;
    validatePart(values, child(path, "additionalProperties"), own, errors);
  }
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    validatePart(property, at(child(path, "properties"), key), propertyRules(schema, key, rules), errors);
  }
  if (schema.not) validatePart(schema.not, child(path, "not"), inner, errors);
  for (const junctor of ["allOf", "oneOf", "anyOf"] as const) {
    for (const [index, each] of (schema[junctor] ?? []).entries()) {
      validatePart(each, at(child(path, junctor), index), inner, errors);
    }
  }
  if (Array.isArray(schema.items)) {
    for (const [index, each] of schema.items.entries())
      validatePart(each, at(child(path, "items"), index), inner, errors);
  } else if (schema.items) validatePart(schema.items, child(path, "items"), inner, errors);
}

const META_FIELDS = ["metadata", "kind", "apiVersion"];

function propertyRules(schema: JSONSchemaProps, key: string, rules: PartRules): PartRules {
  const inner = { ...rules, isRoot: false };
  const isObject = rules.isRoot || schema["x-kubernetes-embedded-resource"] === true;
  if (!isObject || !META_FIELDS.includes(key)) return inner;
  return { ...inner, isInMetadata: true, noDefaults: rules.isRoot ? `in top-level ${key}` : rules.noDefaults };
}

const UNSUPPORTED = ["id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref"] as const;

function validateKeywords(schema: JSONSchemaProps, path: string, rules: PartRules, errors: FieldErrors): void {
  const { type = "" } = schema;
  if (type && !SCHEMA_TYPES.includes(type) && !rules.tolerated.unknownTypes) {
    errors.notSupported(child(path, "type"), type, SCHEMA_TYPES);
  }
  if (schema.default !== undefined && rules.noDefaults !== undefined) {
    errors.forbidden(child(path, "default"), `must not be set ${rules.noDefaults}`);
  }
  for (const key of UNSUPPORTED) {
    const value = schema[key];
    const isThere = typeof value === "object" ? Object.keys(value).length > 0 : value !== undefined && value !== "";
    if (isThere) errors.forbidden(child(path, key), `${key} is not supported`);
  }
  if (type === "null") {
    errors.forbidden(child(path, "type"), "type cannot be set to null, use nullable as an alternative");
  }
  if (Array.isArray(schema.items)) {
    errors.forbidden(child(path, "items"), "items must be a schema object and not an array");
  }
  if (rules.isInMetadata && schema["x-kubernetes-embedded-resource"]) {
    errors.forbidden(child(path, "x-kubernetes-embedded-resource"), "must not be used inside of resource meta");
  }
  if (schema.uniqueItems) {
    const detail = "uniqueItems cannot be set to true since the runtime complexity becomes quadratic";
    errors.forbidden(child(path, "uniqueItems"), detail);
  }
  const { additionalProperties } = schema;
  const hasProperties = Object.keys(schema.properties ?? {}).length > 0;
  if (hasProperties && additionalProperties !== undefined && additionalProperties !== true) {
    errors.forbidden(child(path, "additionalProperties"), "additionalProperties and properties are mutual exclusive");
  }
}

function validateExtensions(schema: JSONSchemaProps, path: string, errors: FieldErrors): void {
  if (schema["x-kubernetes-preserve-unknown-fields"] === false) {
    errors.invalid(child(path, "x-kubernetes-preserve-unknown-fields"), false, "must be true or undefined");
  }
  const mapType = schema["x-kubernetes-map-type"];
  if (mapType === undefined) return;
  if (schema.type !== "object") {
    const detail = "must be object if x-kubernetes-map-type is specified";
    if (schema.type) errors.invalid(child(path, "type"), schema.type, detail);
    else errors.required(child(path, "type"), detail);
  }
  if (mapType !== "atomic" && mapType !== "granular") {
    errors.notSupported(child(path, "x-kubernetes-map-type"), mapType, ["atomic", "granular"]);
  }
}
