import * as fc from "fast-check";

import type { Kind } from "../api/kind.ts";
import { builtInKinds } from "../api/registry.ts";
import { apiVersionOf } from "../api/resource-type.ts";
import { envelopeOf, PROTOBUF_MEDIA_TYPE } from "../api/schema/protobuf/envelope.ts";
import type { JsonObject, JsonValue } from "../lib/json/json-value.ts";
import { arbitraryObject } from "./arbitrary-object.ts";

/** What somebody sends who means harm, or whose client is broken. */
export interface HostileRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** Requests that reach deep: most have a right address and form, and objects that are right but for a place or two. */
export function hostileRequest(): fc.Arbitrary<HostileRequest> {
  return fc.tuple(fc.constantFrom(...builtInKinds), fc.constantFrom(...METHODS)).chain(([kind, method]) =>
    fc
      .record({ path: address(kind, method), query, content: body(kind, method), accept })
      .map(({ path, query: parameters, content: { contentType, bytes }, accept: accepted }) => ({
        method,
        path: parameters === "" ? path : `${path}?${parameters}`,
        headers: { accept: accepted, ...(method === "GET" ? {} : { "content-type": contentType }) },
        ...(method === "GET" ? {} : { body: bytes }),
      })),
  );
}

const METHODS = ["GET", "POST", "POST", "POST", "PUT", "PUT", "PATCH", "PATCH", "PATCH", "DELETE"] as const;
type Method = (typeof METHODS)[number];

const name = fc.constantFrom(
  ...Array.from({ length: 8 }, () => ["a", "b", "default"]).flat(),
  "A_B",
  "x".repeat(300),
  "%00",
  "..%2f..%2f",
  "%",
  "ä",
  "__proto__",
);

function address({ type, subresources }: Kind, method: Method): fc.Arbitrary<string> {
  const group = type.group === "" ? `/api/${type.version}` : `/apis/${type.group}/${type.version}`;
  const below = subresources.map((subresource) => subresource.name).filter((each) => !UPGRADED.has(each));
  return fc
    .record({
      namespace: fc.constantFrom("default", "default", "default", "none", "%00", "a b"),
      // Lists are read and deleted too; whoever creates names the list.
      name:
        method === "POST"
          ? fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: name })
          : fc.option(name, { freq: 8 }),
      subresource: fc.option(fc.constantFrom("status", "nothing", ...below), { freq: 1 }),
    })
    .map(({ namespace, name: object, subresource }) =>
      [
        group,
        ...(type.namespaced ? ["namespaces", namespace] : []),
        type.resource,
        ...(object === null ? [] : [object, ...(subresource === null ? [] : [subresource])]),
      ].join("/"),
    );
}

/** They need a node to speak to. */
const UPGRADED: ReadonlySet<string> = new Set(["exec", "attach", "portforward", "log", "proxy"]);

const accept = fc.constantFrom(
  ...Array.from({ length: 12 }, () => "application/json"),
  "application/json;as=Table;v=v1;g=meta.k8s.io",
  "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io",
  "application/yaml",
  PROTOBUF_MEDIA_TYPE,
  "image/png",
  ";;;=,",
);

const queryValue = fc.oneof(
  fc.constantFrom("", "0", "-1", "1", "abc", "1e9", "99999999999999999999", "true", "a=b", "a in (", "!", "=,=", "%00"),
  fc.constantFrom("metadata.name=a", "spec.nothing=1", "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiIvIn0"),
  fc.constantFrom("Exact", "NotOlderThan", "Strict", "Warn", "Ignore", "All", "Orphan", "kubectl"),
  fc.string({ unit: "binary", maxLength: 12 }),
);
const query = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        "limit",
        "continue",
        "labelSelector",
        "fieldSelector",
        "resourceVersion",
        "resourceVersionMatch",
        "fieldValidation",
        "fieldManager",
        "force",
        "dryRun",
        "propagationPolicy",
        "gracePeriodSeconds",
        "orphanDependents",
        "pretty",
        "includeObject",
        "sendInitialEvents",
      ),
      queryValue,
    ),
    { maxLength: 3 },
  )
  .map((pairs) => pairs.map(([key, value]) => `${key}=${encodeURIComponent(value.toWellFormed())}`).join("&"));

interface Body {
  readonly contentType: string;
  readonly bytes: string | Uint8Array<ArrayBuffer>;
}

const OBJECT_TYPES = ["application/json", "application/json", "application/yaml"] as const;
const PATCH_TYPES = [
  "application/merge-patch+json",
  "application/strategic-merge-patch+json",
  "application/apply-patch+yaml",
] as const;
const JSON_PATCH = "application/json-patch+json";

function body(kind: Kind, method: Method): fc.Arbitrary<Body> {
  const contentType = fc.constantFrom(...(method === "PATCH" ? PATCH_TYPES : OBJECT_TYPES));
  const anyType = fc.constantFrom(...OBJECT_TYPES, ...PATCH_TYPES, JSON_PATCH, PROTOBUF_MEDIA_TYPE, "text/plain", "");
  const text = almostValid(kind).map((value) => JSON.stringify(value));
  return fc.oneof(
    { weight: 10, arbitrary: fc.record({ contentType, bytes: text }) },
    { weight: 3, arbitrary: method === "PATCH" ? jsonPatch : corruptedProtobuf(kind) },
    { weight: 1, arbitrary: fc.record({ contentType: anyType, bytes: text }) },
    { weight: 1, arbitrary: fc.record({ contentType: anyType, bytes: brokenText }) },
    { weight: 1, arbitrary: fc.record({ contentType: anyType, bytes: fc.uint8Array({ maxLength: 80 }) }) },
  );
}

/** An object of the kind in which some value is replaced by one that does not belong there. */
function almostValid({ type, definition }: Kind): fc.Arbitrary<JsonObject> {
  const metadata = fc.record(
    { name, generateName: name, labels: fc.dictionary(fc.string(), fc.string(), { maxKeys: 2 }), namespace: name },
    { requiredKeys: ["name"], noNullPrototype: true },
  );
  return fc
    .tuple(arbitraryObject(definition), metadata, fc.array(fc.tuple(fc.nat(), strangeValue), { maxLength: 2 }))
    .map(([object, meta, changes]) =>
      changes.reduce<JsonObject>((changed, [place, value]) => withValueAt(changed, place, value), {
        apiVersion: apiVersionOf(type),
        kind: type.kind,
        ...object,
        metadata: { ...meta },
      }),
    );
}

const strangeValue: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom<JsonValue>(null, true, "", 0, -1, 1.5, 2 ** 53, 1e300, [], {}, [null], [[]], { "": null }),
  fc.constantFrom<JsonValue>("\u0000", "\ud800", "x".repeat(2000), "99999999999999999999", "1e999", "$(A)", "*", "NaN"),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>,
);

/** A copy in which the value at the nth place, counted through the whole tree, is another. */
function withValueAt(object: JsonObject, place: number, replacement: JsonValue): JsonObject {
  const copy = structuredClone(object);
  const places: ((value: JsonValue) => void)[] = [];
  collectPlaces(copy, places);
  places[place % places.length]?.(replacement);
  return copy;
}

function collectPlaces(value: JsonValue, places: ((value: JsonValue) => void)[]): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      places.push((next) => void (value[index] = next));
      collectPlaces(item, places);
    }
  } else if (typeof value === "object" && value !== null) {
    const members = value as JsonObject;
    for (const [key, member] of Object.entries(members)) {
      places.push((next) => void (members[key] = next));
      if (member !== undefined) collectPlaces(member, places);
    }
  }
}

const pointer = fc.constantFrom(
  "",
  "/",
  "/metadata",
  "/metadata/name",
  "/spec/-",
  "/a~2b",
  "/__proto__/x",
  "spec",
  "/0",
);
const jsonPatch: fc.Arbitrary<Body> = fc
  .array(
    fc.record(
      {
        op: fc.constantFrom("add", "remove", "replace", "move", "copy", "test", "grow"),
        path: fc.oneof(pointer, strangeValue),
        from: pointer,
        value: strangeValue,
      },
      { requiredKeys: ["op"], noNullPrototype: true },
    ),
    { maxLength: 4 },
  )
  .map((operations) => ({ contentType: JSON_PATCH, bytes: JSON.stringify(operations) }));

const brokenText = fc.constantFrom(
  "",
  "null",
  "[]",
  "1",
  "{",
  '{"a":1,"a":2}',
  '{"kind":"Pod"',
  '{"metadata":{"name":1e400}}',
  '{"spec":99999999999999999999999999}',
  "a: b: c",
  "a: &x [*x]\nb: *y",
  "<<: *a",
  "? - !!binary x",
  "\t- a",
  "%YAML 9.9\n---\na",
  "--- a\n--- b",
  "[".repeat(20_000),
  '{"a":'.repeat(20_000),
  `${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`,
  "a: ".repeat(5000),
  "\u0000\ufeff",
  '{"metadata":{"name":"\\ud800"}}',
);

/** The wire form of an object with some bytes changed, or cut off. */
function corruptedProtobuf(kind: Kind): fc.Arbitrary<Body> {
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 });
  return fc.tuple(arbitraryObject(kind.definition), changes, fc.nat(20)).map(([object, flips, cut]) => {
    const whole =
      envelopeOf({ ...object, apiVersion: apiVersionOf(kind.type), kind: kind.type.kind }) ?? new Uint8Array();
    const bytes = new Uint8Array(whole.subarray(0, whole.length - (cut > 10 ? 0 : cut)));
    for (const [place, value] of flips) bytes[place % bytes.length] = value;
    return { contentType: PROTOBUF_MEDIA_TYPE, bytes };
  });
}
