import { expect, test } from "bun:test";

import * as fc from "fast-check";

import { arbitraryObject } from "../../testing/arbitrary-object.ts";
import { builtInKinds } from "../registry.ts";
import { decodeObject } from "./decode-object.ts";

const POD = "io.k8s.api.core.v1.Pod";
const DEPLOYMENT = "io.k8s.api.apps.v1.Deployment";

const decoded = (definition: string, value: unknown): unknown => decodeObject(definition, value).object;

test("decodeObject writes what is always written and leaves zero values out", () => {
  const value = {
    metadata: { name: "a", namespace: "", labels: {}, finalizers: [], creationTimestamp: null, generation: 0 },
    spec: {
      containers: [{ name: "c", image: "i", tty: false, args: [], ports: null }],
      hostNetwork: false,
      volumes: null,
    },
  };
  expect(decoded(POD, value)).toEqual({
    metadata: { name: "a" },
    spec: { containers: [{ name: "c", image: "i", resources: {} }] },
    status: {},
  });
});

test("decodeObject keeps zero values behind pointers", () => {
  const value = {
    spec: { replicas: 0, selector: {}, template: { spec: { containers: [], terminationGracePeriodSeconds: 0 } } },
  };
  expect(decoded(DEPLOYMENT, value)).toMatchObject({
    spec: {
      replicas: 0,
      selector: {},
      template: { metadata: {}, spec: { containers: [], terminationGracePeriodSeconds: 0 } },
    },
    status: {},
  });
});

test("decodeObject fills in the defaults of the schema", () => {
  const value = { spec: { ports: [{ port: 80 }, { port: 53, protocol: "UDP" }] } };
  expect(decoded("io.k8s.api.core.v1.Service", value)).toMatchObject({
    spec: {
      ports: [
        { port: 80, protocol: "TCP", targetPort: 0 },
        { port: 53, protocol: "UDP", targetPort: 0 },
      ],
    },
  });
  expect(decoded("io.k8s.api.core.v1.GRPCAction", { port: 1 })).toEqual({ port: 1, service: "" });
});

test("decodeObject puts equal objects into equal bytes", () => {
  const one = {
    data: { b: "2", a: "1" },
    metadata: { name: "x", labels: { z: "", y: "" } },
    kind: "ConfigMap",
    apiVersion: "v1",
  };
  const other = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { labels: { y: "", z: "" }, name: "x" },
    data: { a: "1", b: "2" },
  };
  const bytes = JSON.stringify(decoded("io.k8s.api.core.v1.ConfigMap", one));
  expect(bytes).toBe(
    `{"kind":"ConfigMap","apiVersion":"v1","metadata":{"labels":{"y":"","z":""},"name":"x"},"data":{"a":"1","b":"2"}}`,
  );
  expect(JSON.stringify(decoded("io.k8s.api.core.v1.ConfigMap", other))).toBe(bytes);
});

test("decodeObject copies maps, so that a draft can be changed without changing the argument", () => {
  const value = { metadata: { labels: { a: "b" } } };
  const { object } = decodeObject(POD, value);
  Object.assign((object["metadata"] as { labels: object }).labels, { c: "d" });
  expect(value).toEqual({ metadata: { labels: { a: "b" } } });
});

const LIMITS = (cpu: unknown): unknown => ({ limits: { cpu } });

test.each([
  ["1000m", "1"],
  ["0.5", "500m"],
  [2, "2"],
  [0.1, "100m"],
  ["1024Mi", "1Gi"],
  ["100m", "100m"],
])("decodeObject writes the quantity %p as %p", (given, canonical) => {
  expect(decoded("io.k8s.api.core.v1.ResourceRequirements", LIMITS(given))).toEqual(LIMITS(canonical));
});

test.each([
  ["2026-11-21T09:00:00Z", "2026-11-21T09:00:00Z"],
  ["2026-11-21T10:30:00.987+01:30", "2026-11-21T09:00:00Z"],
])("decodeObject writes the time %p as %p", (given, canonical) => {
  expect(decoded("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta", { creationTimestamp: given })).toEqual({
    creationTimestamp: canonical,
  });
});

const lease = (renewTime: string): unknown => ({ renewTime });

test("decodeObject keeps six digits of a MicroTime", () => {
  expect(decoded("io.k8s.api.coordination.v1.LeaseSpec", lease("2026-11-21T10:00:00.120000+01:00"))).toEqual(
    lease("2026-11-21T09:00:00.120000Z"),
  );
});

test("decodeObject joins base64 over line breaks", () => {
  expect(decoded("io.k8s.api.core.v1.Secret", { data: { a: "aGVs\nbG8=", b: "" } })).toMatchObject({
    data: { a: "aGVsbG8=", b: "" },
  });
});

test("decodeObject keeps free-form JSON as it is", () => {
  const data = { z: null, a: [{}, ""], n: 0 };
  expect(decoded("io.k8s.api.apps.v1.ControllerRevision", { data, revision: 1 })).toMatchObject({ data });
});

test("decodeObject takes null in lists and maps as the zero value", () => {
  expect(decoded("io.k8s.api.core.v1.ConfigMap", { data: { a: null } })).toMatchObject({ data: { a: "" } });
  expect(decoded("io.k8s.api.core.v1.Container", { name: "c", args: ["a", null], env: [null] })).toMatchObject({
    args: ["a", ""],
    env: [{ name: "" }],
  });
});

test("decodeObject reads the three mixed types of JSON schemas", () => {
  const schema = {
    additionalProperties: false,
    items: [{ type: "string" }],
    dependencies: { a: ["b"], c: { type: "object" } },
    properties: { x: { additionalProperties: { type: "integer", "x-unknown": 1 } } },
  };
  const name = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps";
  expect(decoded(name, schema)).toEqual({
    ...schema,
    properties: { x: { additionalProperties: { type: "integer" } } },
  });
});

test("decodeObject leaves unknown fields out and names them; keys count by case", () => {
  const value = {
    spec: { Replicas: 1, template: { spec: { containers: [{ name: "a" }, { foo: { x: 1 } }] } } },
    zoo: 1,
  };
  const { object, unknownFields } = decodeObject(DEPLOYMENT, value);
  expect(unknownFields.toSorted()).toEqual(["spec.Replicas", "spec.template.spec.containers[1].foo", "zoo"]);
  expect(JSON.stringify(object)).not.toContain("foo");
});

test("decodeObject names unknown fields below map values with the key", () => {
  const value = { spec: { versions: [{ schema: { openAPIV3Schema: { properties: { a: { bad: 1 } } } } }] } };
  const name = "io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition";
  expect(decodeObject(name, value).unknownFields).toEqual(["spec.versions[0].schema.openAPIV3Schema.properties.a.bad"]);
});

const WRONG: readonly (readonly [string, unknown, string])[] = [
  [
    DEPLOYMENT,
    { spec: { replicas: "3" } },
    "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
  ],
  [
    DEPLOYMENT,
    { spec: { replicas: 3_000_000_000 } },
    "json: cannot unmarshal number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32",
  ],
  [
    POD,
    { spec: { containers: [{ imagePullPolicy: 5 }] } },
    "json: cannot unmarshal number into Go struct field Container.spec.containers.imagePullPolicy of type v1.PullPolicy",
  ],
  [
    POD,
    { spec: { containers: {} } },
    "json: cannot unmarshal object into Go struct field PodSpec.spec.containers of type []v1.Container",
  ],
  [
    POD,
    { spec: { containers: [{ securityContext: { capabilities: { add: [true] } } }] } },
    "json: cannot unmarshal bool into Go struct field Capabilities.spec.containers.securityContext.capabilities.add of type v1.Capability",
  ],
  [
    "io.k8s.api.core.v1.ConfigMap",
    { data: { a: 5 } },
    "json: cannot unmarshal number into Go struct field ConfigMap.data of type string",
  ],
  [POD, { metadata: [] }, "json: cannot unmarshal array into Go struct field Pod.metadata of type v1.ObjectMeta"],
  [POD, "x", "json: cannot unmarshal string into Go value of type v1.Pod"],
  [
    "io.k8s.api.core.v1.ResourceRequirements",
    LIMITS("abc"),
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  ],
  [
    "io.k8s.api.core.v1.ResourceRequirements",
    LIMITS(true),
    "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
  ],
  [
    "io.k8s.api.core.v1.Service",
    { spec: { ports: [{ targetPort: true }] } },
    "json: cannot unmarshal bool into Go struct field ServicePort.spec.ports.targetPort of type int32",
  ],
  ["io.k8s.api.core.v1.Secret", { data: { a: "aGVsbG8" } }, "illegal base64 data at input byte 4"],
  ["io.k8s.api.core.v1.Secret", { data: { a: "a*==" } }, "illegal base64 data at input byte 1"],
  [
    POD,
    { metadata: { creationTimestamp: "now" } },
    'parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"',
  ],
  [
    POD,
    { metadata: { creationTimestamp: "2026-11-21 09:00:00Z" } },
    'parsing time "2026-11-21 09:00:00Z" as "2006-01-02T15:04:05Z07:00": cannot parse " 09:00:00Z" as "T"',
  ],
  [
    POD,
    { metadata: { creationTimestamp: "2026-02-30T09:00:00Z" } },
    'parsing time "2026-02-30T09:00:00Z": day out of range',
  ],
  [
    "io.k8s.api.coordination.v1.LeaseSpec",
    { renewTime: "2026-11-21T09:00:00Z" },
    'parsing time "2026-11-21T09:00:00Z" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "Z" as ".000000"',
  ],
];

test.each(WRONG)("decodeObject refuses %s %j in upstream's words", (definition, value, message) => {
  expect(() => decodeObject(definition, value)).toThrow(message);
});

test.each(builtInKinds.map(({ definition }) => [definition]))(
  "decodeObject leaves its own result as it is: %s",
  (definition) => {
    fc.assert(
      fc.property(arbitraryObject(definition), (value) => {
        const { object, unknownFields } = decodeObject(definition, value);
        expect(unknownFields).toEqual([]);
        expect(JSON.stringify(decodeObject(definition, object).object)).toBe(JSON.stringify(object));
      }),
      { numRuns: 30 },
    );
  },
);
