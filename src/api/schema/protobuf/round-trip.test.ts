import { expect, test } from "bun:test";

import * as fc from "fast-check";

import { decodeObject } from "../decode-object.ts";
import { definition, definitionNames, type Field, type ValueType } from "../schema.ts";
import { envelopeOf, openEnvelope } from "./envelope.ts";

const MAX_DEPTH = 5;

/** Values whose text is canonical already: what comes back must be the same, letter by letter. */
const SPECIAL: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  "io.k8s.apimachinery.pkg.api.resource.Quantity": fc.constantFrom("0", "1", "250m", "64Mi", "1500G", "-3"),
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": fc.oneof(
    fc.integer({ min: -1000, max: 70_000 }),
    fc.constantFrom("http", "25%"),
  ),
  "io.k8s.apimachinery.pkg.apis.meta.v1.Time": fc.constantFrom("2026-11-21T09:00:00Z", "1969-12-31T23:59:59Z"),
  "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": fc.constantFrom(
    "2026-11-21T09:00:00.123456Z",
    "2026-11-21T09:00:00.000000Z",
  ),
  "io.k8s.apimachinery.pkg.apis.meta.v1.Duration": fc.constantFrom("0s", "15s", "1m0.25s"),
  "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": fc.constant({ "f:metadata": { "f:labels": { ".": {} } } }),
  "io.k8s.apimachinery.pkg.runtime.RawExtension": fc.constantFrom(
    { a: [1, "x", null] },
    { apiVersion: "v1", kind: "Thing" },
  ),
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON": fc.constantFrom({ a: 1 }, "text", 3, [true]),
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray": fc.constantFrom(
    { type: "string" },
    [{ type: "object" }, { type: "string" }],
  ),
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool": fc.constantFrom(true, {
    type: "string",
  }),
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray": fc.constantFrom(["a", "b"], {
    type: "string",
  }),
  "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceStatus": fc.constant({}),
};

function valueOf(type: ValueType, depth: number): fc.Arbitrary<unknown> | undefined {
  if (type.items) {
    const item = valueOf(type.items, depth);
    return item && fc.array(item, { minLength: 1, maxLength: 2 });
  }
  if (type.values) {
    const value = valueOf(type.values, depth);
    return value && fc.dictionary(fc.constantFrom("a", "b.c/d", "__proto__x"), value, { minKeys: 1, maxKeys: 2 });
  }
  if (type.ref !== undefined) return SPECIAL[type.ref] ?? objectOf(type.ref, depth + 1);
  switch (type.type ?? "object") {
    case "string":
      return type.format === "byte" ? fc.constantFrom("dmFsdWU=", "AA==") : fc.constantFrom("text", "ünïcode ✓", "x");
    case "integer":
      return type.format === "int32" ? fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }) : fc.maxSafeInteger();
    case "number":
      return fc.constantFrom(1.5, -0.25, 1e300);
    case "boolean":
      return fc.boolean();
    case "array":
    case "object":
      return undefined;
  }
  return undefined;
}

function objectOf(name: string, depth: number): fc.Arbitrary<object> | undefined {
  const { properties } = definition(name);
  if (!properties || depth > MAX_DEPTH) return undefined;
  const arbitraries: Record<string, fc.Arbitrary<unknown>> = {};
  for (const [key, field] of Object.entries<Field>(properties)) {
    if (field.wire === undefined) continue;
    const value = valueOf(field, depth);
    if (value) arbitraries[key] = value;
  }
  return fc.record(arbitraries, { requiredKeys: [] });
}

const kinds = definitionNames().flatMap((name) => {
  const { groupVersionKinds, properties, unpublished } = definition(name);
  const [type] = groupVersionKinds ?? [];
  const isObject = properties?.["metadata"]?.ref === "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta" && !unpublished;
  return type && isObject
    ? [{ name, apiVersion: type.group === "" ? type.version : `${type.group}/${type.version}`, kind: type.kind }]
    : [];
});

test("every kind with metadata is covered", () => {
  expect(kinds.length).toBeGreaterThan(55);
});

for (const { name, apiVersion, kind } of kinds) {
  test(`${apiVersion} ${kind} comes back from protobuf as it went in`, () => {
    const arbitrary = objectOf(name, 0);
    if (!arbitrary) throw new Error(`${name} has no properties`);
    fc.assert(
      fc.property(arbitrary, (fields) => {
        // What is compared is the canonical form: zero values without presence are no values.
        const object = decodeObject(name, { ...fields, apiVersion, kind }).object;
        const bytes = envelopeOf(object);
        if (!bytes) throw new Error(`${kind} has no envelope`);
        const back = decodeObject(name, openEnvelope(bytes, name)).object;
        expect(back).toEqual(object);
      }),
      { numRuns: 15, seed: 42 },
    );
  });
}
