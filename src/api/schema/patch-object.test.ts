import { expect, test } from "bun:test";

import { ApiError } from "../api-error.ts";
import type { FieldValidation } from "./decode-body.ts";
import { builtInSchema } from "./object-schema.ts";
import type { PatchType } from "./patch-object.ts";
import { patchedObject, readPatch } from "./patch-object.ts";

const CURRENT = {
  kind: "Deployment",
  apiVersion: "apps/v1",
  metadata: { name: "a", labels: { x: "1" } },
  spec: { replicas: 1, template: { spec: { containers: [{ name: "c", image: "i" }] } } },
};

const patched = (type: PatchType, body: unknown, fieldValidation: FieldValidation = "Strict") =>
  patchedObject(
    readPatch(type, new TextEncoder().encode(typeof body === "string" ? body : JSON.stringify(body))),
    CURRENT,
    {
      schema: builtInSchema("io.k8s.api.apps.v1.Deployment"),
      fieldValidation,
    },
  );

test.each([
  ["json", [{ op: "replace", path: "/spec/replicas", value: 3 }]],
  ["merge", { spec: { replicas: 3 } }],
  ["strategic", { spec: { replicas: 3 } }],
] as const)("patchedObject applies a %s patch and gives the canonical form", (type, body) => {
  const before = JSON.stringify(CURRENT);
  expect(patched(type, body).object).toMatchObject({
    metadata: { labels: { x: "1" } },
    spec: { replicas: 3 },
    status: {},
  });
  expect(JSON.stringify(CURRENT)).toBe(before);
});

test("readPatch takes a value from a caller in process", () => {
  const patch = readPatch("strategic", { value: { metadata: { labels: { x: null } } } });
  const options = { schema: builtInSchema("io.k8s.api.apps.v1.Deployment"), fieldValidation: "Strict" } as const;
  expect(patchedObject(patch, CURRENT, options).object["metadata"]).toEqual({ name: "a" });
});

test("patchedObject warns of what the patch repeats, of unknown fields, and of unknown parts of operations", () => {
  expect(patched("merge", `{"spec":{"foo":1,"replicas":1,"replicas":2}}`, "Warn").warnings).toEqual([
    'duplicate field "spec.replicas"',
    'unknown field "spec.foo"',
  ]);
  expect(patched("json", [{ op: "add", path: "/spec/foo", value: 1, bar: 2 }], "Warn").warnings).toEqual([
    'json patch unknown field "[0].bar"',
    'unknown field "spec.foo"',
  ]);
  expect(patched("merge", { spec: { foo: 1 } }, "Ignore").warnings).toEqual([]);
});

function refusal(type: PatchType, body: unknown): { code: number; reason: string; message: string } {
  try {
    patched(type, body);
  } catch (error) {
    if (error instanceof ApiError) return { code: error.code, reason: error.reason, message: error.message };
    throw error;
  }
  throw new Error("The patch was accepted");
}

const BAD_REQUEST = { code: 400, reason: "BadRequest" };
const REJECTED = {
  code: 422,
  reason: "Invalid",
  message: "the server rejected our request due to an error in our request",
};

const REFUSED: readonly (readonly [PatchType, unknown, { code: number; reason: string; message: string }])[] = [
  ["json", "{", { ...BAD_REQUEST, message: "error decoding patch: unexpected end of JSON input" }],
  ["json", [{ op: "hop", path: "/a" }], { ...BAD_REQUEST, message: "Unexpected kind: hop" }],
  ["json", [{ op: "test", path: "/spec/replicas", value: 7 }], REJECTED],
  ["json", [{ op: "remove", path: "/spec/nothing" }], REJECTED],
  [
    "merge",
    [],
    {
      ...BAD_REQUEST,
      message: "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}",
    },
  ],
  ["strategic", "{", { ...BAD_REQUEST, message: "unexpected end of JSON input" }],
  [
    "strategic",
    { "$deleteFromPrimitiveList/x": 1 },
    { ...BAD_REQUEST, message: "invalid patch format of primitive list" },
  ],
  ["strategic", { spec: { template: { spec: { containers: [["x"]] } } } }, REJECTED],
  [
    "strategic",
    { spec: { template: { spec: { containers: [{ image: "x" }] } } } },
    { ...BAD_REQUEST, message: "map: map[image:x] does not contain declared merge key: name" },
  ],
  [
    "strategic",
    { spec: { replicas: "x" } },
    {
      code: 422,
      reason: "Invalid",
      message:
        ' "" is invalid: patch: Invalid value: "map[spec:map[replicas:x]]": ' +
        "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
    },
  ],
  [
    "strategic",
    { spec: { foo: 1 } },
    {
      code: 422,
      reason: "Invalid",
      message:
        ' "" is invalid: patch: Invalid value: "map[spec:map[foo:1]]": strict decoding error: unknown field "spec.foo"',
    },
  ],
];

test.each(REFUSED)("a %s patch %j is refused", (type, body, expected) => {
  expect(refusal(type, body)).toEqual(expected);
});

test("readPatch refuses more operations than upstream takes", () => {
  const many = Array.from({ length: 10_001 }, () => ({ op: "test", path: "", value: 1 }));
  expect(refusal("json", many)).toEqual({
    code: 413,
    reason: "RequestEntityTooLarge",
    message: "Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001",
  });
});
