import { expect, test } from "bun:test";

import { ApiError } from "../api-error.ts";
import type { FieldValidation } from "./decode-body.ts";
import { decodeBody } from "./decode-body.ts";
import { builtInSchema } from "./object-schema.ts";

const decode = (text: string, fieldValidation: FieldValidation = "Strict", format: "json" | "yaml" = "json") =>
  decodeBody({
    body: new TextEncoder().encode(text),
    format,
    expected: { group: "apps", version: "v1", kind: "Deployment" },
    schema: builtInSchema("io.k8s.api.apps.v1.Deployment"),
    fieldValidation,
  });

function refusal(text: string, fieldValidation?: FieldValidation, format?: "json" | "yaml"): string {
  try {
    decode(text, fieldValidation, format);
  } catch (error) {
    if (error instanceof ApiError && error.reason === "BadRequest") return error.message;
    throw error;
  }
  throw new Error("The body was accepted");
}

test("decodeBody takes a body without kind for the expected kind", () => {
  const { object } = decode(`{"metadata":{"name":"a"},"spec":{"replicas":2}}`);
  expect(object).toMatchObject({ kind: "Deployment", apiVersion: "apps/v1", metadata: { name: "a" } });
  expect(Object.keys(object)).toEqual(["kind", "apiVersion", "metadata", "spec", "status"]);
});

const FINDINGS = `{"spec":{"replicas":1,"foo":{"x":1,"x":2},"replicas":2},"zoo":1}`;

test("decodeBody refuses unknown and duplicate fields when strict, in the order of the document", () => {
  expect(refusal(FINDINGS)).toBe(
    'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: ' +
      'unknown field "spec.foo", duplicate field "spec.replicas", unknown field "zoo"',
  );
});

test("decodeBody warns of them when asked to warn, and says nothing when asked to ignore", () => {
  expect(decode(FINDINGS, "Warn").warnings).toEqual([
    'unknown field "spec.foo"',
    'duplicate field "spec.replicas"',
    'unknown field "zoo"',
  ]);
  expect(decode(FINDINGS, "Ignore")).toMatchObject({ warnings: [], object: { spec: { replicas: 2 } } });
});

test("decodeBody stops at a hundred findings, as upstream does", () => {
  const many = Object.fromEntries(Array.from({ length: 150 }, (_, index) => [`f${index}`, 1]));
  expect(decode(JSON.stringify(many), "Warn").warnings).toHaveLength(100);
});

const YAML = "spec:\n  replicas: 1\n  replicas: 2\n  foo: x\n";

test("decodeBody reads YAML and names duplicate keys by line", () => {
  expect(decode(YAML, "Warn", "yaml")).toMatchObject({
    warnings: ['line 3: key "replicas" already set in map', 'unknown field "spec.foo"'],
    object: { spec: { replicas: 2 } },
  });
  expect(refusal(YAML, "Strict", "yaml")).toContain(
    'strict decoding error: yaml: unmarshal errors:\n  line 3: key "replicas" already set in map, unknown field "spec.foo"',
  );
});

const REFUSED: readonly (readonly [string, string])[] = [
  [
    `{"spec":{"replicas":"3"}}`,
    'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
  ],
  [
    `{"spec":`,
    `the object provided is unrecognized (must be of type Deployment): couldn't get version/kind; json parse error: unexpected end of JSON input ({"spec":)`,
  ],
  [
    "",
    "the object provided is unrecognized (must be of type Deployment): couldn't get version/kind; json parse error: unexpected end of JSON input (<empty>)",
  ],
  [
    `["a long list that does not look like an object"]`,
    String.raw`the object provided is unrecognized (must be of type Deployment): couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" } (5b2261206c6f6e67206c697374207468617420646f6573206e6f74206c6f ...)`,
  ],
  [
    `{"kind":5}`,
    `the object provided is unrecognized (must be of type Deployment): couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind of type string ({"kind":5})`,
  ],
  [
    `{"kind":"Pod","apiVersion":"v1"}`,
    'Pod in version "v1" cannot be handled as a Deployment: converting (v1.Pod) to (apps.Deployment): unknown conversion',
  ],
  [
    `{"kind":"Foo","apiVersion":"v1"}`,
    'Foo in version "v1" cannot be handled as a Deployment: no kind "Foo" is registered for version "v1" in scheme "pkg/api/legacyscheme/scheme.go:30"',
  ],
  [
    `{"kind":"Deployment","apiVersion":"apps/v2"}`,
    "the API version in the data (apps/v2) does not match the expected API version (apps/v1)",
  ],
];

test.each(REFUSED)("decodeBody refuses %j in upstream's words", (text, message) => {
  expect(refusal(text)).toBe(message);
});

test("decodeBody refuses broken YAML with line and column", () => {
  expect(refusal("a: 1\nb: c: d", "Strict", "yaml")).toBe(
    "the object provided is unrecognized (must be of type Deployment): error converting YAML to JSON: " +
      "yaml: line 2, column 4: mapping values are not allowed in this context (613a20310a623a20633a2064)",
  );
});
