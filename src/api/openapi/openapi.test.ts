import { expect, test } from "bun:test";
import { createHash } from "node:crypto";

import type { JsonObject, JsonValue } from "../../lib/json/json-value.ts";
import { isJsonObject } from "../../lib/json/json-value.ts";
import { ProtobufReader } from "../../lib/wire/protobuf-reader.ts";
import { builtInKinds } from "../registry.ts";
import { apiDocuments } from "./documents.ts";
import { gnosticDocument } from "./gnostic.ts";
import { openApiV2 } from "./openapi-v2.ts";
import { openApiV3 } from "./openapi-v3.ts";

const VERSION = "v1.36.0";

/** Each operation with all that is said of it, one line each. */
function operationLines(): string[] {
  return [...apiDocuments(builtInKinds).values()].flat().flatMap(({ path, query, operations }) =>
    Object.entries(operations).map(([method, { id, action = "", gvk, query: own, body, responses }]) => {
      const kind = gvk ? `${gvk.group}/${gvk.version}/${gvk.kind}` : "";
      const parameters = [...query, ...own].toSorted().join(",");
      const answers = Object.entries(responses).map(([code, answer]) => `${code}=${answer}`);
      return [method, path, id, action, kind, parameters, body?.definition ?? "", ...answers].join(" ");
    }),
  );
}

test("the operations are those of a Kubernetes v1.36 API server", () => {
  const lines = operationLines().toSorted();
  expect(lines.length).toBe(814);
  expect(lines).toContain(
    "put /apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale replaceAppsV1NamespacedDeploymentScale put " +
      "autoscaling/v1/Scale dryRun,fieldManager,fieldValidation,pretty io.k8s.api.autoscaling.v1.Scale " +
      "200=io.k8s.api.autoscaling.v1.Scale 201=io.k8s.api.autoscaling.v1.Scale",
  );
  // The same lines made from the document of a real server have this hash.
  const hash = createHash("sha256").update(lines.join("\n")).digest("hex");
  expect(hash).toBe("877e2f0e104ed25bcbf72bf52c05ec5ac86b90d462821959a83de4fb4818d50e");
});

/** Every reference in a document. */
function references(value: JsonValue | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(references);
  if (!isJsonObject(value)) return [];
  const own = typeof value["$ref"] === "string" ? [value["$ref"]] : [];
  return [...own, ...Object.values(value).flatMap(references)];
}

function resolve(document: JsonObject, reference: string): JsonValue | undefined {
  let value: JsonValue | undefined = document;
  for (const key of reference.slice("#/".length).split("/")) value = isJsonObject(value) ? value[key] : undefined;
  return value;
}

const dangling = (document: JsonObject): string[] =>
  references(document).filter((reference) => resolve(document, reference) === undefined);

test("OpenAPI v3 has a document for each group version, complete in itself", () => {
  const { index, document } = openApiV3(builtInKinds, VERSION, "test");
  const names = Object.keys(index["paths"] as JsonObject);
  expect(names).toHaveLength(47);
  expect(names).toContain("apis/apps/v1");
  for (const name of names) {
    const found = document(name);
    expect(JSON.stringify(index)).toContain(`/openapi/v3/${name}?hash=${found?.hash}`);
    expect(dangling(found?.body() ?? {})).toEqual([]);
  }
  expect(document("apis/nothing/v1")).toBeUndefined();
});

test("OpenAPI v3 says how lists merge, what values there are, and wraps references that have neighbours", () => {
  const body = openApiV3(builtInKinds, VERSION, "test").document("api/v1")?.body() ?? {};
  const container = resolve(body, "#/components/schemas/io.k8s.api.core.v1.Container") as { properties: JsonObject };
  expect(container.properties["ports"]).toMatchObject({
    type: "array",
    items: { $ref: "#/components/schemas/io.k8s.api.core.v1.ContainerPort" },
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["containerPort", "protocol"],
    "x-kubernetes-patch-strategy": "merge",
    "x-kubernetes-patch-merge-key": "containerPort",
  });
  expect(container.properties["imagePullPolicy"]).toMatchObject({ enum: ["Always", "IfNotPresent", "Never"] });
  expect(container.properties["resources"]).toMatchObject({
    allOf: [{ $ref: "#/components/schemas/io.k8s.api.core.v1.ResourceRequirements" }],
    default: {},
  });
});

test("OpenAPI v2 is complete in itself and names dryRun and fieldValidation in the operations, where kubectl looks", () => {
  const document = openApiV2(builtInKinds, VERSION);
  expect(dangling(document)).toEqual([]);
  const patch = resolve(document, "#/paths") as { [path: string]: { patch: { parameters: { name?: string }[] } } };
  const names = patch["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]?.patch.parameters.map(
    ({ name }) => name,
  );
  expect(names).toEqual(expect.arrayContaining(["dryRun", "fieldValidation"]));
});

test("the protobuf form has the same definitions and extensions as the JSON form", () => {
  const document = openApiV2(builtInKinds, VERSION);
  const schemas = new Map<string, ProtobufReader>();
  const reader = new ProtobufReader(gnosticDocument(document));
  while (reader.next()) {
    if (reader.field !== DEFINITIONS) {
      reader.skip();
      continue;
    }
    const definitions = reader.message();
    while (definitions.next()) {
      const named = definitions.message();
      named.next();
      const name = named.text();
      named.next();
      schemas.set(name, named.message());
    }
  }
  expect([...schemas.keys()]).toEqual(Object.keys(document["definitions"] as JsonObject));
  expect(extensionsOf(schemas.get("io.k8s.api.core.v1.Pod"))).toEqual([
    ["x-kubernetes-group-version-kind", '[{"group":"","kind":"Pod","version":"v1"}]'],
  ]);
});

const DEFINITIONS = 9;
const VENDOR_EXTENSION = 31;

function extensionsOf(schema: ProtobufReader | undefined): [string, string][] {
  const found: [string, string][] = [];
  while (schema?.next()) {
    if (schema.field !== VENDOR_EXTENSION) {
      schema.skip();
      continue;
    }
    const extension = schema.message();
    extension.next();
    const name = extension.text();
    extension.next();
    const any = extension.message();
    any.next();
    found.push([name, any.text()]);
  }
  return found;
}
