import type { JsonPatchOperation } from "../../lib/json/json-patch.ts";
import { applyJsonPatch, JsonPatchError, parseJsonPatch } from "../../lib/json/json-patch.ts";
import { JsonSyntaxError } from "../../lib/json/json-reader.ts";
import type { JsonObject, JsonValue } from "../../lib/json/json-value.ts";
import { isJsonObject } from "../../lib/json/json-value.ts";
import { applyMergePatch } from "../../lib/json/merge-patch.ts";
import { decodeJson } from "../../lib/json/strict-json.ts";
import type { ApiError } from "../api-error.ts";
import { apiError, badRequest, invalid } from "../api-error.ts";
import { FieldErrors } from "../field-errors.ts";
import type { DecodedBody, FieldValidation } from "./decode-body.ts";
import { decodeValue } from "./decode-body.ts";
import { goKindOf } from "./go-type.ts";
import type { ObjectSchema } from "./object-schema.ts";
import { goText, StrategicMergeError } from "./strategic-directives.ts";
import { applyStrategicMerge } from "./strategic-merge.ts";
import { strictFindings } from "./strict-findings.ts";

export type PatchType = "json" | "merge" | "strategic";

/** A patch that was read and checked; it can be applied again when somebody else wrote in between. */
export interface ObjectPatch {
  readonly type: PatchType;
  /** Upstream's findings about the patch itself. */
  readonly findings: readonly string[];
  readonly change: readonly JsonPatchOperation[] | JsonObject;
}

/** Upstream's limit. */
const MOST_OPERATIONS = 10_000;

/**
 * Reads the body of a PATCH request: bytes from the wire, or the value that a caller in process hands over.
 * Throws ApiError in upstream's wording (apiserver/pkg/endpoints/handlers/patch.go).
 */
export function readPatch(type: PatchType, body: Uint8Array | { readonly value: unknown }): ObjectPatch {
  const { value, duplicates, paths } = decodedPatch(type, body);
  if (type === "json") {
    const change = operations(value);
    return { type, change, findings: [...operationFindings(value, duplicates, paths)] };
  }
  if (!isJsonObject(value)) {
    throw badPatch(type, `json: cannot unmarshal ${goKindOf(value)} into Go value of type map[string]interface {}`);
  }
  return { type, change: value, findings: strictFindings({ unknownFields: [], duplicates, paths, value }) };
}

interface DecodedPatch {
  readonly value: JsonValue;
  readonly duplicates: readonly string[];
  readonly paths?: readonly string[] | undefined;
}

function decodedPatch(type: PatchType, body: Uint8Array | { readonly value: unknown }): DecodedPatch {
  // In process, patches are JSON values.
  if (!(body instanceof Uint8Array)) return { value: body.value as JsonValue, duplicates: [] };
  try {
    return decodeJson(body);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw badPatch(type, error.message);
    throw error;
  }
}

const badPatch = (type: PatchType, detail: string): ApiError =>
  badRequest(type === "strategic" ? detail : `error decoding patch: ${detail}`);

function operations(value: JsonValue): JsonPatchOperation[] {
  if (Array.isArray(value) && value.length > MOST_OPERATIONS) {
    throw apiError(
      "RequestEntityTooLarge",
      `Request entity too large: The allowed maximum operations in a JSON patch is ${MOST_OPERATIONS}, got ${value.length}`,
    );
  }
  try {
    return parseJsonPatch(value);
  } catch (error) {
    if (error instanceof JsonPatchError) throw badRequest(error.message);
    throw error;
  }
}

const OPERATION_FIELDS = ["op", "path", "from", "value"];

function operationFindings(value: JsonValue, duplicates: readonly string[], paths?: readonly string[]): string[] {
  const items = Array.isArray(value) ? value : [];
  const unknownFields = items.flatMap((item, index) =>
    Object.keys(isJsonObject(item) ? item : {})
      .filter((key) => !OPERATION_FIELDS.includes(key))
      .map((key) => `[${index}].${key}`),
  );
  return strictFindings({ unknownFields, duplicates, paths, value }).map((finding) => `json patch ${finding}`);
}

/**
 * The patched object in the canonical form of `decodeObject`; `current` is not changed.
 * Throws ApiError in upstream's wording when the patch does not apply or does not lead to an object of the type.
 */
export function patchedObject(
  patch: ObjectPatch,
  current: JsonObject,
  options: { readonly schema: ObjectSchema; readonly fieldValidation: FieldValidation },
): DecodedBody {
  const value = applied(patch, current, options.schema);
  return decodeValue({
    ...options,
    value,
    earlierFindings: options.fieldValidation === "Ignore" ? [] : patch.findings,
    refuse: (detail) => unsuitable(patch, value, detail),
  });
}

function applied({ type, change }: ObjectPatch, current: JsonObject, schema: ObjectSchema): JsonValue {
  try {
    // A JSON patch has operations, the others are objects: readPatch saw to it.
    if (type === "json") return applyJsonPatch(current, change as readonly JsonPatchOperation[]);
    const patch = change as JsonObject;
    return type === "merge" ? applyMergePatch(current, patch) : strategicallyMerged(schema, current, patch);
  } catch (error) {
    if (error instanceof JsonPatchError) throw unprocessable();
    if (error instanceof StrategicMergeError) throw strategicRefusal(error);
    throw error;
  }
}

function strategicallyMerged({ definition }: ObjectSchema, current: JsonObject, patch: JsonObject): JsonValue {
  // Whoever takes requests refuses such patches before they are read.
  if (definition === undefined) throw new Error("This kind knows no strategic merge patches");
  return applyStrategicMerge(definition, current, patch);
}

/** Upstream keeps the reason to itself, and kubectl shows this text. */
const unprocessable = (): ApiError =>
  apiError("Invalid", "the server rejected our request due to an error in our request", {});

/** Upstream answers some of these with 500. They are the client's fault, so here none is. */
function strategicRefusal({ problem, message }: StrategicMergeError): ApiError {
  switch (problem) {
    case "format":
      return badRequest(message);
    case "unsupported":
      return unprocessable();
  }
}

/** Upstream shows the whole result of the patch, or for strategic merge the patch as Go prints it. */
function unsuitable(patch: ObjectPatch, value: JsonValue, detail: string): ApiError {
  const shown = patch.type === "strategic" ? goText(patch.change as JsonObject) : JSON.stringify(value);
  const errors = new FieldErrors();
  errors.invalid("patch", shown, detail);
  return invalid({ group: "", kind: "" }, "", errors.errors);
}
