import { JsonSyntaxError } from "../../lib/json/json-reader.ts";
import type { JsonObject, JsonValue } from "../../lib/json/json-value.ts";
import { isJsonObject } from "../../lib/json/json-value.ts";
import { decodeJson } from "../../lib/json/strict-json.ts";
import { ProtobufError } from "../../lib/wire/protobuf-reader.ts";
import { decodeYaml, YamlError } from "../../lib/yaml/yaml.ts";
import type { ApiError } from "../api-error.ts";
import { badRequest } from "../api-error.ts";
import { apiVersionOf } from "../resource-type.ts";
import { DecodeError } from "./decode-error.ts";
import { goKindOf } from "./go-type.ts";
import type { ObjectSchema } from "./object-schema.ts";
import { openEnvelope } from "./protobuf/envelope.ts";
import type { GroupVersionKind } from "./schema.ts";
import { definitionOf } from "./schema.ts";
import { strictFindings, unknownField } from "./strict-findings.ts";

export type FieldValidation = "Ignore" | "Warn" | "Strict";

export interface BodyRequest {
  readonly body: Uint8Array;
  readonly format: "json" | "yaml" | "protobuf";
  /** The kind the path stands for: a body that does not name its kind is taken for one of it. */
  readonly expected: GroupVersionKind;
  readonly schema: ObjectSchema;
  readonly fieldValidation: FieldValidation;
}

export interface DecodedBody {
  /** In the canonical form of `decodeObject`, with kind and apiVersion. */
  readonly object: JsonObject;
  /** For Warning headers. */
  readonly warnings: readonly string[];
}

/** Request body -> typed object. Throws ApiError (BadRequest) in upstream's wording for whatever is wrong with it. */
export function decodeBody(request: BodyRequest): DecodedBody {
  const { expected } = request;
  const text = parsedText(request);
  const actual = actualKind(text.value, request);
  const refuse = (detail: string): ApiError =>
    badRequest(`${actual.kind} in version "${actual.version}" cannot be handled as a ${expected.kind}: ${detail}`);
  const { isCustom } = request.schema;
  const isSuitable = isCustom || (actual.kind === expected.kind && actual.group === expected.group);
  if (!isSuitable) throw refuse(unsuitableKind(actual, expected));
  if (actual.version !== expected.version || actual.group !== expected.group) {
    const [got, wanted] = [apiVersionOf(actual), apiVersionOf(expected)];
    throw badRequest(`the API version in the data (${got}) does not match the expected API version (${wanted})`);
  }
  return decodeValue({ ...request, ...text, value: withKind(text.value, expected), refuse });
}

function withKind(value: JsonValue, { group, version, kind }: GroupVersionKind): JsonValue {
  if (isJsonObject(value) && value["kind"] && value["apiVersion"]) return value;
  return { ...(isJsonObject(value) ? value : {}), kind, apiVersion: apiVersionOf({ group, version }) };
}

/** An already parsed value -> typed object, with the same checks of its fields. Patches end here. */
export function decodeValue(request: {
  readonly value: JsonValue;
  readonly duplicates?: readonly string[];
  readonly paths?: readonly string[] | undefined;
  /** What the YAML decoder found; go-yaml tells it in one error of several lines. */
  readonly yamlFindings?: readonly string[];
  /** What was found before the value came about. */
  readonly earlierFindings?: readonly string[];
  readonly schema: ObjectSchema;
  readonly fieldValidation: FieldValidation;
  readonly refuse: (detail: string) => ApiError;
}): DecodedBody {
  const { value, duplicates = [], paths, yamlFindings = [], earlierFindings = [], fieldValidation, refuse } = request;
  try {
    const { object, unknownFields } = request.schema.decode(value);
    if (fieldValidation === "Ignore") return { object, warnings: [] };
    const { isCustom } = request.schema;
    // Of custom resources the repeated fields are told first: upstream finds them before it looks at the schema.
    const found = isCustom
      ? [...strictFindings({ unknownFields: [], duplicates, paths, value }), ...unknownFields.map(unknownField)]
      : strictFindings({ unknownFields, duplicates, paths, value });
    const findings = [...earlierFindings, ...found];
    if (yamlFindings.length + findings.length === 0) return { object, warnings: [] };
    if (fieldValidation === "Warn") return { object, warnings: [...yamlFindings, ...findings] };
    throw refuse(`strict decoding error: ${[...yamlStrictError(yamlFindings), ...findings].join(", ")}`);
  } catch (error) {
    if (error instanceof DecodeError) throw refuse(error.message);
    throw error;
  }
}

const yamlStrictError = (findings: readonly string[]): string[] =>
  findings.length === 0 ? [] : [`yaml: unmarshal errors:\n  ${findings.join("\n  ")}`];

interface ParsedText {
  readonly value: JsonValue;
  readonly duplicates?: readonly string[];
  readonly paths?: readonly string[] | undefined;
  readonly yamlFindings?: readonly string[];
}

function parsedText({ body, format, expected, schema }: BodyRequest): ParsedText {
  try {
    if (format === "protobuf") return { value: openEnvelope(body, schema.definition ?? "") };
    if (format === "json") return decodeJson(body);
    const { value, duplicates } = decodeYaml(new TextDecoder().decode(body));
    return { value, yamlFindings: duplicates };
  } catch (error) {
    if (error instanceof JsonSyntaxError) {
      throw unrecognized(expected, `couldn't get version/kind; json parse error: ${error.message}`, body);
    }
    if (error instanceof ProtobufError) throw badRequest(error.message);
    if (error instanceof YamlError) {
      throw unrecognized(expected, `error converting YAML to JSON: ${error.message}`, body);
    }
    throw error;
  }
}

const unrecognized = (expected: GroupVersionKind, detail: string, body: Uint8Array): ApiError =>
  badRequest(`the object provided is unrecognized (must be of type ${expected.kind}): ${detail} (${summaryOf(body)})`);

const SUMMARY_BYTES = 30;

/** The first bytes: as text when they look like JSON, else in hexadecimal. */
function summaryOf(body: Uint8Array): string {
  if (body.length === 0) return "<empty>";
  const start = Buffer.from(body.subarray(0, SUMMARY_BYTES));
  const shown = body[0] === 0x7b ? start.toString() : start.toString("hex");
  return body.length > SUMMARY_BYTES ? `${shown} ...` : shown;
}

/** What Go prints for the struct into which it decodes the first look at an object. */
const KIND_STRUCT = String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`;

function actualKind(value: JsonValue, { expected, body }: BodyRequest): GroupVersionKind {
  const fail = (detail: string): ApiError =>
    unrecognized(expected, `couldn't get version/kind; json parse error: json: cannot unmarshal ${detail}`, body);
  if (value === null) return expected;
  if (!isJsonObject(value)) throw fail(`${goKindOf(value)} into Go value of type ${KIND_STRUCT}`);
  const textOf = (name: string): string => {
    const field = value[name] ?? "";
    if (typeof field === "string") return field;
    throw fail(`${goKindOf(field)} into Go struct field .${name} of type string`);
  };
  return withDefaults(textOf("apiVersion"), textOf("kind"), expected);
}

function withDefaults(apiVersion: string, kind: string, expected: GroupVersionKind): GroupVersionKind {
  const parts = apiVersion.split("/");
  if (parts.length > 2) throw badRequest(`unexpected GroupVersion string: ${apiVersion}`);
  const [group = "", version = ""] = parts.length === 2 ? parts : ["", apiVersion];
  if (group === "" && version === "") return { ...expected, kind: kind === "" ? expected.kind : kind };
  return {
    group,
    version: version === "" && group === expected.group ? expected.version : version,
    kind: kind === "" ? expected.kind : kind,
  };
}

/** Where upstream registers its kinds, as its messages name it. */
const SCHEME = "pkg/api/legacyscheme/scheme.go:30";

function unsuitableKind(actual: GroupVersionKind, expected: GroupVersionKind): string {
  if (!definitionOf(actual)) {
    return `no kind "${actual.kind}" is registered for version "${apiVersionOf(actual)}" in scheme "${SCHEME}"`;
  }
  const internalPackage = expected.group === "" ? "core" : (expected.group.split(".")[0] ?? "");
  const target = `${internalPackage}.${expected.kind}`;
  return `converting (${actual.version}.${actual.kind}) to (${target}): unknown conversion`;
}
