import type { JsonValue } from "../../lib/json/json-value.ts";
import { cloneJson, isJsonObject, jsonEqual } from "../../lib/json/json-value.ts";
import { at, child, FieldErrors } from "../field-errors.ts";
import { DecodeError } from "../schema/decode-error.ts";
import type { JSONSchemaProps } from "../types/apiextensions-v1.ts";
import { coerceEmbedded } from "./embedded-metadata.ts";
import { validateEmbedded } from "./embedded-validation.ts";
import { prunedValue } from "./pruned.ts";
import { validateRules } from "./rule-evaluation.ts";
import { ruleTree } from "./rules.ts";
import { isEmbedded, isMetaField, itemsOf } from "./structural.ts";
import { validateValue } from "./value-validation.ts";

/** Default values fit their own schema, and say nothing that would be pruned (apiextensions-apiserver/pkg/apiserver/schema/defaulting). */
export function validateDefaults(
  schema: JSONSchemaProps,
  path: string,
  errors: FieldErrors,
  { mustBePruned }: { readonly mustBePruned: boolean },
): void {
  const root = { ...schema, "x-kubernetes-embedded-resource": true };
  visit(root, path, { errors, mustBePruned, isInMetadata: false, object: root, surround: (value) => value });
}

interface Place {
  readonly errors: FieldErrors;
  readonly mustBePruned: boolean;
  readonly isInMetadata: boolean;
  /** The schema of the innermost whole object. */
  readonly object: JSONSchemaProps;
  /** That object with a value at this place. */
  readonly surround: (value: JsonValue) => JsonValue;
}

function visit(schema: JSONSchemaProps, path: string, outer: Place): void {
  const place: Place = isEmbedded(schema)
    ? { ...outer, isInMetadata: false, object: schema, surround: (value) => value }
    : outer;
  if (schema.default !== undefined) validateDefault(schema, child(path, "default"), place);
  // Below additionalProperties there are none.
  const items = itemsOf(schema);
  if (items) visit(items, child(path, "items"), { ...place, surround: (value) => place.surround([value]) });
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    visit(property, at(child(path, "properties"), key), {
      ...place,
      isInMetadata: place.isInMetadata || (isEmbedded(schema) && isMetaField(key)),
      surround: (value) => place.surround({ [key]: value }),
    });
  }
}

function validateDefault(schema: JSONSchemaProps, path: string, place: Place): void {
  // Defaults are JSON.
  const value = schema.default as JsonValue;
  if (place.isInMetadata) validateInMetadata(schema, value, path, place);
  else validateOrdinary(schema, value, path, place);
}

function validateInMetadata(schema: JSONSchemaProps, value: JsonValue, path: string, place: Place): void {
  const found = new FieldErrors();
  const surrounded = place.surround(cloneJson(value));
  const object: JsonValue = isJsonObject(surrounded)
    ? { apiVersion: "validation/v1", kind: "Validation", ...surrounded }
    : surrounded;
  const problem = coercionProblem(object, place.object);
  if (problem === undefined) validateEmbedded(object, place.object, "", found);
  const texts = found.errors.map((error) => `${error.path}: ${error.message}`);
  const text = problem ?? (texts.length > 1 ? `[${texts.join(", ")}]` : texts[0]);
  if (text === undefined) validateValue(value, schema, place.errors, { parent: path });
  else place.errors.invalid(path, value, `must result in valid metadata: ${text}`);
}

function validateOrdinary(schema: JSONSchemaProps, value: JsonValue, path: string, place: Place): void {
  const { errors } = place;
  if (place.mustBePruned && !jsonEqual(prunedValue(value, schema), value)) {
    errors.invalid(path, value, "must not have unknown fields");
  }
  const problem = coercionProblem(cloneJson(value), schema);
  if (problem !== undefined) {
    errors.invalid(path, value, problem);
    return;
  }
  const before = errors.errors.length;
  validateEmbedded(value, schema, path, errors);
  if (errors.errors.length === before) validateValue(value, schema, errors, { parent: path });
  const rules = errors.errors.length === before ? ruleTree(schema, false) : undefined;
  if (rules) validateRules(value, value, rules, path, errors);
}

function coercionProblem(value: JsonValue, schema: JSONSchemaProps): string | undefined {
  try {
    coerceEmbedded(value, schema, "", [], "refuse");
    return undefined;
  } catch (error) {
    if (error instanceof DecodeError) return error.message;
    throw error;
  }
}
