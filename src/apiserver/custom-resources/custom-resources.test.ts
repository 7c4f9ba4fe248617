import { expect, test } from "bun:test";

import { ApiError } from "../../api/api-error.ts";
import type { KubeObject, ResourceType } from "../../api/resource-type.ts";
import { customresourcedefinitions } from "../../api/resources.ts";
import type { CustomResourceDefinition, JSONSchemaProps } from "../../api/types/apiextensions-v1.ts";
import { startTestApiServer, type TestApiServer } from "../../testing/test-api-server.ts";

interface Widget extends KubeObject {
  spec?: Record<string, unknown>;
  status?: Record<string, unknown>;
}

const widgets: ResourceType<Widget> = {
  group: "example.com",
  version: "v1",
  resource: "widgets",
  kind: "Widget",
  namespaced: true,
};

const SCHEMA: JSONSchemaProps = {
  type: "object",
  properties: {
    spec: {
      type: "object",
      required: ["size"],
      properties: {
        size: { type: "integer", minimum: 1, maximum: 9 },
        color: { type: "string", enum: ["red", "blue"], default: "red" },
        big: { type: "integer", format: "int64" },
        parts: {
          type: "array",
          "x-kubernetes-list-type": "map",
          "x-kubernetes-list-map-keys": ["name"],
          items: {
            type: "object",
            required: ["name"],
            properties: { name: { type: "string" }, count: { type: "integer" } },
          },
        },
      },
    },
    status: { type: "object", properties: { replicas: { type: "integer" }, phase: { type: "string" } } },
  },
};

function aDefinition(
  change: (definition: CustomResourceDefinition) => void = () => undefined,
): CustomResourceDefinition {
  const definition: CustomResourceDefinition = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "widgets.example.com" },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { plural: "widgets", kind: "Widget", shortNames: ["wd"], categories: ["all"] },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          schema: { openAPIV3Schema: structuredClone(SCHEMA) },
          subresources: {
            status: {},
            scale: { specReplicasPath: ".spec.size", statusReplicasPath: ".status.replicas" },
          },
          additionalPrinterColumns: [{ name: "Size", type: "integer", jsonPath: ".spec.size" }],
          selectableFields: [{ jsonPath: ".spec.color" }],
        },
      ],
    },
  };
  change(definition);
  return definition;
}

const aWidget = (name: string, spec: Record<string, unknown>): Widget => ({
  apiVersion: "example.com/v1",
  kind: "Widget",
  metadata: { name, namespace: "default" },
  spec,
});

/** Creates a definition and waits until it is served. */
async function define(server: TestApiServer, definition: CustomResourceDefinition): Promise<CustomResourceDefinition> {
  await server.client.resource(customresourcedefinitions).create(definition);
  return condition(server, definition.metadata.name ?? "", "Established");
}

async function condition(server: TestApiServer, name: string, type: string): Promise<CustomResourceDefinition> {
  return eventually(server, (definition) =>
    definition?.metadata.name === name &&
    definition.status?.conditions?.some((each) => each.type === type && each.status === "True")
      ? definition
      : undefined,
  );
}

const eventually = <T>(
  server: TestApiServer,
  pick: (definition: CustomResourceDefinition, type: string) => T | undefined,
): Promise<T> =>
  follow(server.client.resource(customresourcedefinitions), (object, type) =>
    pick(object as CustomResourceDefinition, type),
  );

/** Resolves with what `pick` finds in the first state of any object in which it finds something. */
async function follow<T>(
  client: { watch: ReturnType<TestApiServer["client"]["resource"]>["watch"] },
  pick: (object: KubeObject, type: string) => T | undefined,
): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<T>();
  const watch = client.watch(
    {},
    {
      onEvent({ object, type }) {
        const found = pick(object, type);
        if (found !== undefined) resolve(found);
      },
      onEnd: () => undefined,
    },
  );
  const found = await promise;
  watch.stop();
  return found;
}

async function rejection(promise: Promise<unknown>): Promise<ApiError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ApiError) return error;
  throw new Error("No refusal", { cause: error });
}

const refusal = async (promise: Promise<unknown>): Promise<string> => (await rejection(promise)).message;

test("a definition is established, and its resource goes through every verb", async () => {
  await using server = await startTestApiServer();
  const definition = await define(server, aDefinition());
  expect(definition.status?.acceptedNames).toEqual({
    plural: "widgets",
    singular: "widget",
    kind: "Widget",
    listKind: "WidgetList",
    shortNames: ["wd"],
    categories: ["all"],
  });
  expect(definition.status?.conditions?.map(({ type, reason }) => [type, reason])).toEqual([
    ["NamesAccepted", "NoConflicts"],
    ["Established", "InitialNamesAccepted"],
  ]);
  const client = server.client.resource(widgets);
  const created = await client.create({ ...aWidget("a", { size: 2, unknown: 1 }), status: { phase: "no" } });
  expect(created.spec).toEqual({ color: "red", size: 2 });
  expect([created.metadata.generation, created.status]).toEqual([1, undefined]);

  const updated = await client.update({ ...created, spec: { ...created.spec, size: 3 } });
  expect(updated.metadata.generation).toBe(2);
  const withStatus = await client.updateStatus({ ...updated, spec: { size: 9 }, status: { phase: "Ready" } });
  expect([withStatus.spec?.["size"], withStatus.status, withStatus.metadata.generation]).toEqual([
    3,
    { phase: "Ready" },
    2,
  ]);
  const patched = await client.patch(
    { name: "a", namespace: "default" },
    { spec: { parts: [{ name: "x" }] } },
    { type: "merge" },
  );
  expect(patched.spec?.["parts"]).toEqual([{ name: "x" }]);
  const listed = await client.list({ fieldSelector: "spec.color=red" });
  expect(listed.items.map(({ metadata }) => metadata.name)).toEqual(["a"]);
  expect((await client.list({ fieldSelector: "spec.color=blue" })).items).toEqual([]);
  await client.delete({ name: "a", namespace: "default" });
  expect(await client.find({ name: "a", namespace: "default" })).toBeUndefined();
});

test("objects that do not fit the schema are refused in upstream's words, every problem at once", async () => {
  await using server = await startTestApiServer();
  await define(server, aDefinition());
  const bad = aWidget("a", { size: "big", color: "green", parts: [{ name: "x", count: 1.5 }, { name: "x" }] });
  const told = await refusal(server.client.resource(widgets).create(bad));
  expect(told).toBe(
    'Widget.example.com "a" is invalid: [spec.color: Unsupported value: "green": supported values: "red", "blue", ' +
      'spec.parts[0].count: Invalid value: "number": spec.parts[0].count in body must be of type integer: "number", ' +
      'spec.size: Invalid value: "string": spec.size in body must be of type integer: "string", ' +
      '.spec.size: Invalid value: 0: .spec.size accessor error: "big" is of the type string, expected int64, ' +
      'spec.parts[1]: Duplicate value: {"name":"x"}]',
  );
  const missing = await refusal(server.client.resource(widgets).create(aWidget("a", {})));
  expect(missing).toContain("spec.size: Required value");
});

test("what an update does not change may stay although the schema became stricter", async () => {
  await using server = await startTestApiServer();
  const definition = await define(server, aDefinition());
  const old = await server.client.resource(widgets).create(aWidget("a", { size: 9, color: "blue" }));
  const [version] = definition.spec.versions;
  const size = version?.schema?.openAPIV3Schema?.properties?.["spec"]?.properties?.["size"];
  const stricter = structuredClone(definition);
  Object.assign(stricter.spec.versions[0]?.schema?.openAPIV3Schema?.properties?.["spec"]?.properties?.["size"] ?? {}, {
    ...size,
    maximum: 5,
  });
  await server.client.resource(customresourcedefinitions).update(stricter);
  const changed = await server.client.resource(widgets).update({ ...old, spec: { size: 9, color: "red" } });
  expect(changed.spec?.["color"]).toBe("red");
  expect(
    await refusal(server.client.resource(widgets).update({ ...changed, spec: { size: 8, color: "red" } })),
  ).toContain("should be less than or equal to 5");
});

test("rules in expressions compare with the old value, tell their own messages, and spare what did not change", async () => {
  await using server = await startTestApiServer();
  await define(
    server,
    aDefinition(({ spec }) => {
      const properties = spec.versions[0]?.schema?.openAPIV3Schema?.properties?.["spec"];
      if (!properties) return;
      properties["x-kubernetes-validations"] = [
        { rule: "self.size >= oldSelf.size", message: "size must not shrink" },
        {
          rule: "self.color != 'blue' || self.size < 5",
          messageExpression: "'blue ones are small, not ' + string(self.size)",
        },
      ];
    }),
  );
  const client = server.client.resource(widgets);
  expect(await refusal(client.create(aWidget("big", { size: 6, color: "blue" })))).toBe(
    'Widget.example.com "big" is invalid: spec: Invalid value: blue ones are small, not 6',
  );
  const created = await client.create(aWidget("a", { size: 4, color: "blue" }));
  expect(await refusal(client.update({ ...created, spec: { size: 3, color: "blue" } }))).toContain(
    "spec: Invalid value: size must not shrink",
  );
});

test("a rule that does not compile is refused with the definition", async () => {
  await using server = await startTestApiServer();
  const bad = aDefinition(({ spec }) => {
    const schema = spec.versions[0]?.schema?.openAPIV3Schema;
    if (schema) schema["x-kubernetes-validations"] = [{ rule: "self.spec.nope == 1" }];
  });
  expect(await refusal(server.client.resource(customresourcedefinitions).create(bad))).toContain(
    "undefined field 'nope'",
  );
});

test("server-side apply merges by the schema's keys and knows owners and conflicts", async () => {
  await using server = await startTestApiServer();
  await define(server, aDefinition());
  const client = server.client.resource(widgets);
  const key = { name: "a", namespace: "default" };
  const config = (parts: unknown[]) => aWidget("a", { size: 1, parts });
  await client.patch(key, config([{ name: "x", count: 1 }]), { type: "apply", fieldManager: "one" });
  const both = await client.patch(
    key,
    { ...config([{ name: "y" }]), spec: { parts: [{ name: "y" }] } },
    { type: "apply", fieldManager: "two" },
  );
  expect(both.spec?.["parts"]).toEqual([{ name: "x", count: 1 }, { name: "y" }]);
  expect(both.metadata.managedFields?.map(({ manager }) => manager)).toEqual(["one", "two"]);
  expect(
    await refusal(client.patch(key, config([{ name: "x", count: 2 }]), { type: "apply", fieldManager: "two" })),
  ).toContain('Apply failed with 1 conflict: conflict with "one": .spec.parts[name="x"].count');
  expect(
    await refusal(client.patch(key, aWidget("a", { size: 1, nope: 1 }), { type: "apply", fieldManager: "one" })),
  ).toContain(".spec.nope: field not declared in schema");
});

test("a strategic merge patch of a custom resource is of an unsupported type", async () => {
  await using server = await startTestApiServer();
  await define(server, aDefinition());
  await server.client.resource(widgets).create(aWidget("a", { size: 1 }));
  expect(
    await refusal(
      server.client.resource(widgets).patch({ name: "a", namespace: "default" }, {}, { type: "strategic" }),
    ),
  ).toContain("the body of the request was in an unknown format");
});

test("a deleted definition takes its objects with it, waits for their finalizers, and lets nobody make new ones", async () => {
  await using server = await startTestApiServer();
  await define(server, aDefinition());
  const client = server.client.resource(widgets);
  await client.create({
    ...aWidget("held", { size: 1 }),
    metadata: { name: "held", namespace: "default", finalizers: ["example.com/hold"] },
  });
  await client.create(aWidget("free", { size: 1 }));
  await server.client.resource(customresourcedefinitions).delete({ name: "widgets.example.com" });
  await eventually(server, ({ status }) =>
    status?.conditions?.find(({ reason }) => reason === "InstanceDeletionInProgress"),
  );
  expect(await refusal(client.create(aWidget("late", { size: 1 })))).toContain(
    "create not allowed while custom resource definition is terminating",
  );
  await follow(client, ({ metadata }) => metadata.deletionTimestamp);
  const gone = eventually(server, (_, type) => (type === "DELETED" ? type : undefined));
  await client.patch({ name: "held", namespace: "default" }, { metadata: { finalizers: null } }, { type: "merge" });
  await gone;
  expect(await refusal(client.list())).toContain("the server could not find the requested resource");
});

test("of two definitions that want one name the first gets it, and the second when the first is gone", async () => {
  await using server = await startTestApiServer();
  await define(server, aDefinition());
  const rival = aDefinition(({ metadata, spec }) => {
    metadata.name = "gadgets.example.com";
    spec.names = { plural: "gadgets", kind: "Widget" };
  });
  await server.client.resource(customresourcedefinitions).create(rival);
  const conflict = await eventually(server, ({ metadata, status }) =>
    metadata.name === "gadgets.example.com"
      ? status?.conditions?.find(({ type }) => type === "NamesAccepted")
      : undefined,
  );
  expect(conflict).toMatchObject({
    status: "False",
    reason: "ListKindConflict",
    message: '"WidgetList" is already in use',
  });
  await server.client.resource(customresourcedefinitions).delete({ name: "widgets.example.com" });
  await condition(server, "gadgets.example.com", "Established");
});

test("versions share their objects, each sees them through its own schema", async () => {
  await using server = await startTestApiServer();
  await define(
    server,
    aDefinition(({ spec }) => {
      spec.versions.push({
        name: "v2",
        served: true,
        storage: false,
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: {
              spec: {
                type: "object",
                properties: { size: { type: "integer" }, weight: { type: "integer", default: 5 } },
              },
            },
          },
        },
      });
    }),
  );
  const v2 = { ...widgets, version: "v2" };
  await server.client.resource(widgets).create(aWidget("a", { size: 2 }));
  const seen = await server.client.resource(v2).get({ name: "a", namespace: "default" });
  expect([seen.apiVersion, seen.spec]).toEqual(["example.com/v2", { size: 2 }]);
});

test("a definition that breaks the rules is refused with the paths that upstream reports", async () => {
  await using server = await startTestApiServer();
  const bad = aDefinition(({ metadata, spec }) => {
    metadata.name = "wrong";
    const [version] = spec.versions;
    if (version) {
      version.schema = { openAPIV3Schema: { type: "object", properties: { spec: { properties: {} } } } };
      version.storage = false;
    }
  });
  const error = await rejection(server.client.resource(customresourcedefinitions).create(bad));
  const causes = error.status.details?.causes ?? [];
  const fields = causes.map(({ field }) => field);
  expect(fields).toContain("metadata.name");
  expect(fields).toContain("spec.versions");
  expect(causes).toContainEqual(
    expect.objectContaining({
      field: "spec.validation.openAPIV3Schema.properties[spec].type",
      message: "Required value: must not be empty for specified object fields",
    }),
  );
});
