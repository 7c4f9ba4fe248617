import type { JsonObject, JsonValue } from "../../lib/json/json-value.ts";
import { isJsonObject } from "../../lib/json/json-value.ts";
import { at, child, FieldErrors } from "../field-errors.ts";
import { validateMetadata } from "../meta-validation.ts";
import { dns1035LabelProblems } from "../names.ts";
import { DecodeError } from "../schema/decode-error.ts";
import type { JSONSchemaProps } from "../types/apiextensions-v1.ts";
import type { ObjectMeta } from "../types/meta-v1.ts";
import { canonicalMetadata } from "./embedded-metadata.ts";
import { isEmbedded, itemsOf, propertyOf, valuesOf } from "./structural.ts";

/** Whole objects inside of an object are named and typed as objects are (apiextensions-apiserver/pkg/apiserver/schema/objectmeta). */
export function validateEmbedded(value: JsonValue, schema: JSONSchemaProps, path: string, errors: FieldErrors): void {
  if (Array.isArray(value)) {
    const items = itemsOf(schema);
    if (items) for (const [index, item] of value.entries()) validateEmbedded(item, items, at(path, index), errors);
    return;
  }
  if (!isJsonObject(value)) return;
  if (isEmbedded(schema)) validateObject(value, path, errors);
  const values = valuesOf(schema);
  for (const [key, under] of Object.entries(value)) {
    if (under === undefined) continue;
    const property = propertyOf(schema, key);
    if (property) validateEmbedded(under, property, child(path, key), errors);
    else if (values) validateEmbedded(under, values, at(path, key), errors);
  }
}

function validateObject(object: JsonObject, path: string, errors: FieldErrors): void {
  const { apiVersion, kind, metadata } = object;
  if (apiVersion === undefined) errors.required(child(path, "apiVersion"), "");
  if (kind === undefined) errors.required(child(path, "kind"), "");
  if (apiVersion !== undefined) validateApiVersion(apiVersion, child(path, "apiVersion"), errors);
  if (kind !== undefined) validateKind(kind, child(path, "kind"), errors);
  if (metadata !== undefined) validateMeta(metadata, child(path, "metadata"), errors);
}

function validateApiVersion(value: JsonValue, path: string, errors: FieldErrors): void {
  if (typeof value !== "string") errors.invalid(path, value, "must be a string");
  else if (value === "") errors.invalid(path, value, "must not be empty");
  else if (value.split("/").length > 2) errors.invalid(path, value, `unexpected GroupVersion string: ${value}`);
}

function validateKind(value: JsonValue, path: string, errors: FieldErrors): void {
  if (typeof value !== "string") {
    errors.invalid(path, value, "must be a string");
    return;
  }
  const problems = dns1035LabelProblems(value.toLowerCase());
  if (value === "") errors.invalid(path, value, "must not be empty");
  else if (problems.length > 0) {
    errors.invalid(path, value, `may have mixed case, but should otherwise match: ${problems.join(",")}`);
  }
}

function validateMeta(value: JsonValue, path: string, errors: FieldErrors): void {
  try {
    // The decoder has made an ObjectMeta of it.
    const metadata = canonicalMetadata(value, path, [], "refuse") as unknown as ObjectMeta;
    const named = { ...metadata, name: metadata.name || "fakename" };
    const own = new FieldErrors();
    const rules = { namespaced: Boolean(metadata.namespace), nameFormat: "path-segment", finalizers: "any" } as const;
    validateMetadata(named, rules, own);
    for (const error of own.errors) {
      errors.errors.push({ ...error, path: path + error.path.slice("metadata".length) });
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    errors.invalid(path, value, error.message);
  }
}
