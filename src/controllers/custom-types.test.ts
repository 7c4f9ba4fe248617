import { expect, test } from "bun:test";

import { controllerReference } from "../api/owner-references.ts";
import { builtInKinds } from "../api/registry.ts";
import type { KubeObject, ResourceType } from "../api/resource-type.ts";
import { configmaps, customresourcedefinitions, events, namespaces } from "../api/resources.ts";
import { createNamespace } from "../testing/test-api-server.ts";
import { startTestControllers, type TestControllers } from "../testing/test-controllers.ts";
import { garbageCollector } from "./garbage-collector/garbage-collector.ts";
import { namespaceController } from "./namespace/namespace.ts";
import { storedTypes } from "./registry.ts";

const widgets: ResourceType = {
  group: "example.com",
  version: "v1",
  resource: "widgets",
  kind: "Widget",
  namespaced: true,
};

async function define(cluster: TestControllers): Promise<void> {
  await cluster.client.resource(customresourcedefinitions).create({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "widgets.example.com" },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { plural: "widgets", kind: "Widget" },
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
    },
  });
  await cluster.eventually(customresourcedefinitions, (found) =>
    found.some(({ status }) => status?.conditions?.some(({ type }) => type === "Established")),
  );
}

const aWidget = (name: string, namespace: string): KubeObject => ({
  apiVersion: "example.com/v1",
  kind: "Widget",
  metadata: { name, namespace },
});

const types = storedTypes(builtInKinds).filter((type) => type !== events);

test("what a deleted custom resource owned goes after it, and what is owned by one that is there stays", async () => {
  await using cluster = await startTestControllers([garbageCollector(types)]);
  await define(cluster);
  const widget = await cluster.client.resource(widgets).create(aWidget("owner", "default"));
  const stays = await cluster.client.resource(widgets).create(aWidget("stays", "default"));
  for (const owner of [widget, stays]) {
    const metadata = { name: `of-${owner.metadata.name}`, namespace: "default" };
    const ownerReferences = [controllerReference(owner)];
    await cluster.client
      .resource(configmaps)
      .create({ apiVersion: "v1", kind: "ConfigMap", metadata: { ...metadata, ownerReferences } });
  }
  await cluster.client.resource(widgets).delete({ name: "owner", namespace: "default" });
  const left = await cluster.eventually(configmaps, (found) => found.length === 1 && found);
  expect(left.map(({ metadata }) => metadata.name)).toEqual(["of-stays"]);
});

test("a deleted namespace takes its custom resources along", async () => {
  const namespaced = types.filter((type) => type.namespaced);
  await using cluster = await startTestControllers([namespaceController(namespaced, namespaced)]);
  await define(cluster);
  await createNamespace(cluster.client, "shop");
  await cluster.client.resource(widgets).create(aWidget("a", "shop"));
  await cluster.client.resource(namespaces).delete({ name: "shop" });
  await cluster.eventually(namespaces, (found) => !found.some(({ metadata }) => metadata.name === "shop"));
  expect((await cluster.client.resource(widgets).list()).items).toEqual([]);
});
