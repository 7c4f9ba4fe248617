import { apiError, badRequest } from "../api/api-error.ts";
import { schemaOf } from "../api/kind-schema.ts";
import type { KubeObject } from "../api/resource-type.ts";
import { decodeBody, decodeValue, type BodyRequest, type DecodedBody } from "../api/schema/decode-body.ts";
import { builtInSchema, type ObjectSchema } from "../api/schema/object-schema.ts";
import { openEnvelope, PROTOBUF_MEDIA_TYPE } from "../api/schema/protobuf/envelope.ts";
import type { GroupVersionKind } from "../api/schema/schema.ts";
import { cloneJson, type JsonValue } from "../lib/json/json-value.ts";
import { decodeJson } from "../lib/json/strict-json.ts";
import { decodeYaml } from "../lib/yaml/yaml.ts";
import type { RequestBody } from "./api-request.ts";
import type { WriteRequest } from "./objects/write-request.ts";
import type { ServedResource } from "./served-resources.ts";

type BodyFormat = BodyRequest["format"];
type DecodeOptions = Pick<WriteRequest, "fieldValidation" | "warnings">;

/** The object in a request's body: a draft of its own for every call, in canonical form and complete with defaults. */
export function decodeObject(body: RequestBody, { kind, type }: ServedResource, options: DecodeOptions): KubeObject {
  // The definition is that of the kind.
  const draft = decodeBy(body, type, schemaOf(kind), options) as unknown as KubeObject;
  kind.defaults?.(draft);
  return draft;
}

/** The same for bodies that are no objects of a served kind: a Scale, a Binding, a TokenRequest. */
export function decodeAs(
  body: RequestBody,
  expected: GroupVersionKind,
  definition: string,
  options: DecodeOptions,
): DecodedBody["object"] {
  return decodeBy(body, expected, builtInSchema(definition), options);
}

function decodeBy(
  body: RequestBody,
  expected: GroupVersionKind,
  schema: ObjectSchema,
  { fieldValidation, warnings }: DecodeOptions,
): DecodedBody["object"] {
  const decoded =
    body.form === "parsed"
      ? decodeValue({ value: body.value as JsonValue, schema, fieldValidation, refuse: refusalFor(expected) })
      : decodeBody({ ...bytesOf(body, schema), expected, schema, fieldValidation });
  warnings.push(...decoded.warnings);
  return decoded.object;
}

const refusalFor =
  ({ kind, version }: GroupVersionKind) =>
  (detail: string) =>
    badRequest(`${kind} in version "${version}" cannot be handled as a ${kind}: ${detail}`);

/** The value in a request's body, whatever it means. Each call gives a value of its own. */
export function decodeAny(body: RequestBody, definition: string): JsonValue {
  // In-process callers hand over JSON values.
  if (body.form === "parsed") return cloneJson(body.value as JsonValue);
  const { body: bytes, format } = bytesOf(body, builtInSchema(definition));
  try {
    switch (format) {
      case "json":
        return decodeJson(bytes).value;
      case "yaml":
        return decodeYaml(new TextDecoder().decode(bytes)).value;
      case "protobuf":
        return openEnvelope(bytes, definition);
    }
  } catch (error) {
    throw badRequest(error instanceof Error ? error.message : String(error));
  }
}

/** The configuration of a server-side apply: YAML, of which JSON is a part. */
export function decodeApplied(body: RequestBody, { fieldValidation, warnings }: DecodeOptions): JsonValue {
  if (body.form === "parsed") return cloneJson(body.value as JsonValue);
  const bytes = body.form === "bytes" ? body.bytes : new Uint8Array();
  try {
    const { value, duplicates } = decodeYaml(new TextDecoder().decode(bytes));
    if (fieldValidation === "Warn") warnings.push(...duplicates);
    if (fieldValidation !== "Strict" || duplicates.length === 0) return value;
    throw new Error(duplicates.join(", "));
  } catch (error) {
    throw badRequest(`error decoding YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function bytesOf(
  body: Exclude<RequestBody, { form: "parsed" }>,
  { isCustom }: ObjectSchema,
): { readonly body: Uint8Array; readonly format: BodyFormat } {
  if (body.form === "none") return { body: new Uint8Array(), format: "json" };
  const mediaType = (body.contentType.split(";")[0] ?? "").trim().toLowerCase();
  switch (mediaType) {
    case "":
    case "application/json":
      return { body: body.bytes, format: "json" };
    case "application/yaml":
      return { body: body.bytes, format: "yaml" };
    case PROTOBUF_MEDIA_TYPE:
      if (!isCustom) return { body: body.bytes, format: "protobuf" };
  }
  const accepted = ["application/json", "application/yaml", ...(isCustom ? [] : [PROTOBUF_MEDIA_TYPE])].join(", ");
  throw apiError(
    "UnsupportedMediaType",
    `the body of the request was in an unknown format - accepted media types include: ${accepted}`,
  );
}
