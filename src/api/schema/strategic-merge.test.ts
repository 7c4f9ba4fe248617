import { expect, test } from "bun:test";

import * as fc from "fast-check";

import type { JsonObject, JsonValue } from "../../lib/json/json-value.ts";
import { createThreeWayStrategicPatch, createTwoWayStrategicPatch } from "./strategic-diff.ts";
import { applyStrategicMerge } from "./strategic-merge.ts";

const POD_SPEC = "io.k8s.api.core.v1.PodSpec";
const DEPLOYMENT_SPEC = "io.k8s.api.apps.v1.DeploymentSpec";
const META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
const SERVICE_ACCOUNT = "io.k8s.api.core.v1.ServiceAccount";

const named = (...names: string[]): JsonValue[] => names.map((name) => ({ name, image: `${name}:1` }));

interface Case {
  readonly claim: string;
  readonly definition: string;
  readonly original: JsonObject;
  readonly patch: JsonObject;
  readonly expected: JsonObject;
}

const CASES: readonly Case[] = [
  {
    claim: "merges objects and deletes by null",
    definition: META,
    original: { labels: { a: "1", b: "2" }, name: "x" },
    patch: { labels: { a: null, c: "3" } },
    expected: { labels: { b: "2", c: "3" }, name: "x" },
  },
  {
    claim: "merges the items of a list by their merge key and puts new ones behind",
    definition: POD_SPEC,
    original: {
      containers: [
        { name: "a", image: "a:1", env: [{ name: "X", value: "1" }] },
        { name: "b", image: "b:1" },
      ],
    },
    patch: {
      containers: [
        { name: "c", image: "c:1" },
        { name: "a", env: [{ name: "Y", value: "2" }] },
      ],
    },
    expected: {
      containers: [
        { name: "c", image: "c:1" },
        {
          name: "a",
          image: "a:1",
          env: [
            { name: "Y", value: "2" },
            { name: "X", value: "1" },
          ],
        },
        { name: "b", image: "b:1" },
      ],
    },
  },
  {
    claim: "deletes an item with $patch: delete",
    definition: POD_SPEC,
    original: { containers: named("a", "b") },
    patch: { containers: [{ $patch: "delete", name: "a" }] },
    expected: { containers: named("b") },
  },
  {
    claim: "replaces a list with $patch: replace in it",
    definition: POD_SPEC,
    original: { containers: named("a", "b") },
    patch: { containers: [...named("c"), { $patch: "replace" }] },
    expected: { containers: named("c") },
  },
  {
    claim: "replaces an object with $patch: replace",
    definition: POD_SPEC,
    original: { nodeSelector: { a: "1" } },
    patch: { nodeSelector: { $patch: "replace", b: "2" } },
    expected: { nodeSelector: { b: "2" } },
  },
  {
    claim: "empties an object with $patch: delete",
    definition: POD_SPEC,
    original: { securityContext: { runAsUser: 1 } },
    patch: { securityContext: { $patch: "delete" } },
    expected: { securityContext: {} },
  },
  {
    claim: "keeps only the keys of $retainKeys",
    definition: DEPLOYMENT_SPEC,
    original: { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } },
    patch: { strategy: { $retainKeys: ["type"], type: "Recreate" } },
    expected: { strategy: { type: "Recreate" } },
  },
  {
    claim: "orders items by $setElementOrder and leaves the server's own where they were",
    definition: POD_SPEC,
    original: { containers: named("server", "a", "b") },
    patch: { "$setElementOrder/containers": [{ name: "b" }, { name: "a" }] },
    expected: { containers: named("server", "b", "a") },
  },
  {
    claim: "deletes scalars with $deleteFromPrimitiveList and adds without repeating",
    definition: META,
    original: { finalizers: ["a", "b"] },
    patch: { "$deleteFromPrimitiveList/finalizers": ["a"], finalizers: ["c", "b"] },
    expected: { finalizers: ["c", "b"] },
  },
  {
    claim: "replaces lists without merge strategy",
    definition: POD_SPEC,
    original: { tolerations: [{ key: "a" }] },
    patch: { tolerations: [{ key: "b" }] },
    expected: { tolerations: [{ key: "b" }] },
  },
  {
    claim: "leaves nulls and directives out of what it adds",
    definition: POD_SPEC,
    original: {},
    patch: {
      securityContext: { runAsUser: null, fsGroup: 1 },
      "$setElementOrder/containers": [{ name: "a" }],
      containers: [{ name: "a", "$setElementOrder/env": [{ name: "X" }], env: [{ name: "X", value: null }] }],
    },
    expected: { securityContext: { fsGroup: 1 }, containers: [{ name: "a", env: [{ name: "X" }] }] },
  },
  {
    claim: "merges what the schema does not know as plain JSON",
    definition: "io.k8s.api.apps.v1.ControllerRevision",
    original: { data: { a: { b: 1 }, list: [1] } },
    patch: { data: { a: { c: 2 }, list: [2] } },
    expected: { data: { a: { b: 1, c: 2 }, list: [2] } },
  },
];

test.each([...CASES])("applyStrategicMerge $claim", ({ definition, original, patch, expected }) => {
  const before = JSON.stringify([original, patch]);
  expect(applyStrategicMerge(definition, original, patch)).toEqual(expected);
  expect(JSON.stringify([original, patch])).toBe(before);
});

const REFUSED: readonly (readonly [JsonObject, string])[] = [
  [{ containers: [{ image: "x" }] }, "map: map[image:x] does not contain declared merge key: name"],
  [
    { containers: [{ $patch: "explode", name: "a" }] },
    "unknown patch type: explode in map: map[$patch:explode name:a]",
  ],
  [{ $patch: "explode" }, "unknown patch type: explode in map: map[$patch:explode]"],
  [{ containers: [{ $patch: "merge" }] }, "merging lists cannot yet be specified in the patch"],
  [{ containers: [["x"]] }, "lists of lists are not supported"],
  [{ containers: ["x"] }, "list element types are not identical: [map[image:a:1 name:a] x]"],
  [{ "$deleteFromPrimitiveList/x": "y" }, "invalid patch format of primitive list"],
  [{ "$setElementOrder/containers": "y" }, "invalid patch format of setElementOrder list"],
  [{ securityContext: { $retainKeys: [], fsGroup: 1 } }, "invalid patch format of retainKeys"],
];

test.each(REFUSED)("applyStrategicMerge refuses %j", (patch, message) => {
  const original = { containers: named("a"), securityContext: {} };
  expect(() => applyStrategicMerge(POD_SPEC, original, patch)).toThrow(message);
});

test("createTwoWayStrategicPatch says as little as it can", () => {
  const original = {
    containers: [{ name: "a", image: "a:1", command: ["x"] }, { name: "b" }],
    hostname: "h",
    nodeName: "n",
  };
  const modified = { containers: [{ name: "a", image: "a:2", command: ["x"] }], hostname: "h" };
  expect(createTwoWayStrategicPatch(POD_SPEC, original, modified)).toEqual({
    containers: [
      { name: "a", image: "a:2" },
      { $patch: "delete", name: "b" },
    ],
    "$setElementOrder/containers": [{ name: "a" }],
    nodeName: null,
  });
});

test("createTwoWayStrategicPatch of equal objects is empty", () => {
  const object = { containers: named("a", "b"), volumes: [{ name: "v", emptyDir: {} }] };
  expect(createTwoWayStrategicPatch(POD_SPEC, object, structuredClone(object))).toEqual({});
});

test("createTwoWayStrategicPatch retains the keys of a volume whose source changed", () => {
  const original = { volumes: [{ name: "v", emptyDir: {} }] };
  const modified = { volumes: [{ name: "v", configMap: { name: "c" } }] };
  const patch = createTwoWayStrategicPatch(POD_SPEC, original, modified);
  expect(patch["volumes"]).toEqual([
    { name: "v", configMap: { name: "c" }, emptyDir: null, $retainKeys: ["configMap", "name"] },
  ]);
  expect(applyStrategicMerge(POD_SPEC, original, patch)).toEqual(modified);
});

test("createThreeWayStrategicPatch keeps what others added and deletes what was dropped", () => {
  const original = { containers: [{ name: "a", image: "a:1", env: [{ name: "X" }, { name: "Y" }] }, { name: "old" }] };
  const modified = { containers: [{ name: "a", image: "a:2", env: [{ name: "X" }] }] };
  const current = {
    containers: [
      { name: "sidecar", image: "s" },
      { name: "a", image: "a:1", env: [{ name: "X" }, { name: "Y" }, { name: "THEIRS" }] },
      { name: "old" },
    ],
  };
  const patch = createThreeWayStrategicPatch(POD_SPEC, { original, modified, current });
  expect(applyStrategicMerge(POD_SPEC, current, patch)).toEqual({
    containers: [
      { name: "sidecar", image: "s" },
      { name: "a", image: "a:2", env: [{ name: "X" }, { name: "THEIRS" }] },
    ],
  });
});

test("createThreeWayStrategicPatch is empty when the live object already says it all", () => {
  const applied = { containers: named("a") };
  const current = { containers: [{ ...(named("a")[0] as JsonObject), resources: {} }], dnsPolicy: "ClusterFirst" };
  const patch = createThreeWayStrategicPatch(POD_SPEC, { original: applied, modified: applied, current });
  expect(patch).toEqual({});
});

const text = fc.constantFrom("x", "y", "z");
const byName = (item: fc.Arbitrary<Record<string, JsonValue>>): fc.Arbitrary<JsonObject[]> =>
  fc.uniqueArray(item, { selector: (each) => each["name"], maxLength: 4 });
const env = byName(fc.record({ name: text, value: text }, { requiredKeys: ["name"] }));
const container = fc.record(
  { name: fc.constantFrom("a", "b", "c", "d"), image: text, command: fc.array(text, { maxLength: 2 }), env },
  { requiredKeys: ["name"] },
);
const volume = fc.oneof(
  fc.record({ name: text, emptyDir: fc.record({ medium: text }, { requiredKeys: [] }) }),
  fc.record({ name: text, configMap: fc.record({ name: text }) }),
);
const podSpec: fc.Arbitrary<JsonObject> = fc.record(
  {
    containers: byName(container),
    volumes: byName(volume),
    nodeSelector: fc.dictionary(text, text, { noNullPrototype: true }),
    hostname: text,
    imagePullSecrets: byName(fc.record({ name: text })),
  },
  { requiredKeys: [] },
);

test("a created two-way patch makes the modified object of the original", () => {
  fc.assert(
    fc.property(podSpec, podSpec, (original, modified) => {
      const patch = createTwoWayStrategicPatch(POD_SPEC, original, modified);
      expect(applyStrategicMerge(POD_SPEC, original, patch)).toEqual(modified);
    }),
    { numRuns: 500 },
  );
});

test("a created two-way patch makes lists of scalars in their order", () => {
  const list = fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"));
  fc.assert(
    fc.property(list, list, (before, after) => {
      const [original, modified] = [{ finalizers: before }, { finalizers: after }];
      const patch = createTwoWayStrategicPatch(META, original, modified);
      expect(applyStrategicMerge(META, original, patch)).toEqual(modified);
    }),
  );
});

test("a created three-way patch ends at the modified object when nobody else wrote", () => {
  fc.assert(
    fc.property(podSpec, podSpec, (original, modified) => {
      const patch = createThreeWayStrategicPatch(POD_SPEC, { original, modified, current: original });
      expect(applyStrategicMerge(POD_SPEC, original, patch)).toEqual(modified);
    }),
    { numRuns: 500 },
  );
});

test("applyStrategicMerge merges references to secrets by name", () => {
  const original = { secrets: [{ name: "a" }] };
  expect(applyStrategicMerge(SERVICE_ACCOUNT, original, { secrets: [{ name: "b" }] })).toEqual({
    secrets: [{ name: "b" }, { name: "a" }],
  });
});
