import { expect, test } from "bun:test";

import { controllerReference } from "../../api/owner-references.ts";
import { builtInKinds } from "../../api/registry.ts";
import { configmaps, events, namespaces, secrets } from "../../api/resources.ts";
import type { ConfigMap } from "../../api/types/core-v1.ts";
import type { OwnerReference } from "../../api/types/meta-v1.ts";
import { startTestControllers, type TestControllers } from "../../testing/test-controllers.ts";
import { storedTypes } from "../registry.ts";
import { garbageCollector } from "./garbage-collector.ts";

const namespace = "default";
const start = (): Promise<TestControllers> =>
  startTestControllers([garbageCollector(storedTypes(builtInKinds).filter((type) => type !== events))]);

async function create(
  { client }: TestControllers,
  name: string,
  ownerReferences: OwnerReference[] = [],
  metadata: Partial<ConfigMap["metadata"]> = {},
): Promise<ConfigMap> {
  const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, ownerReferences, ...metadata } };
  return client.resource(configmaps).create(object);
}

const names = (objects: readonly ConfigMap[]): string[] =>
  objects.map(({ metadata }) => metadata.name ?? "").toSorted();

test("the garbage collector deletes what a deleted owner leaves behind, over several generations", async () => {
  await using cluster = await start();
  const owner = await create(cluster, "owner");
  const child = await create(cluster, "child", [controllerReference(owner)]);
  await create(cluster, "grandchild", [controllerReference(child)]);
  await create(cluster, "stranger");
  await cluster.client.resource(configmaps).delete({ name: "owner", namespace }, { propagationPolicy: "Background" });
  const left = await cluster.eventually(configmaps, (found) => found.length === 1 && found);
  expect(names(left)).toEqual(["stranger"]);
});

test("the garbage collector spares an object that has another owner, and drops the reference to the lost one", async () => {
  await using cluster = await start();
  const first = await create(cluster, "first");
  const second = await create(cluster, "second");
  await create(cluster, "child", [
    { ...controllerReference(first), controller: false },
    { ...controllerReference(second), controller: false },
  ]);
  await cluster.client.resource(configmaps).delete({ name: "first", namespace });
  const child = await cluster.eventually(configmaps, (found) =>
    found.find(({ metadata }) => metadata.name === "child" && metadata.ownerReferences?.length === 1),
  );
  expect(child.metadata.ownerReferences?.[0]?.name).toBe("second");
});

test("a foreground deletion lets the owner go last", async () => {
  await using cluster = await start();
  const owner = await create(cluster, "owner");
  await create(cluster, "child", [controllerReference(owner)], { finalizers: ["example.com/slow"] });
  await cluster.client.resource(configmaps).delete({ name: "owner", namespace }, { propagationPolicy: "Foreground" });
  const child = await cluster.eventually(configmaps, (found) =>
    found.find(({ metadata }) => metadata.name === "child" && metadata.deletionTimestamp !== undefined),
  );
  expect(await cluster.client.resource(configmaps).find({ name: "owner", namespace })).toBeDefined();
  await cluster.client.resource(configmaps).update({ ...child, metadata: { ...child.metadata, finalizers: [] } });
  await cluster.eventually(configmaps, (found) => found.length === 0);
});

test("a deletion that orphans leaves the dependents without owner", async () => {
  await using cluster = await start();
  const owner = await create(cluster, "owner");
  await create(cluster, "child", [controllerReference(owner)]);
  await cluster.client.resource(configmaps).delete({ name: "owner", namespace }, { propagationPolicy: "Orphan" });
  const [child] = await cluster.eventually(configmaps, (found) => found.length === 1 && found);
  expect([child?.metadata.name, child?.metadata.ownerReferences]).toEqual(["child", undefined]);
});

test("owners that depend on each other go together in a foreground deletion", async () => {
  await using cluster = await start();
  const first = await create(cluster, "first");
  const second = await create(cluster, "second", [controllerReference(first)]);
  const current = await cluster.client.resource(configmaps).get({ name: "first", namespace });
  const metadata = { ...current.metadata, ownerReferences: [controllerReference(second)] };
  await cluster.client.resource(configmaps).update({ ...current, metadata });
  await cluster.client.resource(configmaps).delete({ name: "first", namespace }, { propagationPolicy: "Foreground" });
  await cluster.eventually(configmaps, (found) => found.length === 0);
});

test("an owner in another namespace counts as absent, and a warning says so", async () => {
  await using cluster = await start();
  await cluster.client
    .resource(namespaces)
    .create({ apiVersion: "v1", kind: "Namespace", metadata: { name: "other" } });
  const owner = await create(cluster, "owner", [], { namespace: "other" });
  const metadata = { name: "child", namespace, ownerReferences: [controllerReference(owner)] };
  await cluster.client.resource(secrets).create({ apiVersion: "v1", kind: "Secret", metadata });
  const warning = await cluster.eventually(events, ([event]) => event);
  expect(warning.reason).toBe("OwnerRefInvalidNamespace");
  await cluster.eventually(secrets, (found) => found.length === 0);
  expect(await cluster.client.resource(configmaps).find({ name: "owner", namespace: "other" })).toBeDefined();
});

test("the garbage collector leaves an object alone whose owner is of a kind that nobody serves", async () => {
  await using cluster = await start();
  const owner = {
    apiVersion: "example.com/v1",
    kind: "Widget",
    name: "w",
    uid: "11111111-1111-4111-8111-111111111111",
  };
  await create(cluster, "child", [owner]);
  const gone = await create(cluster, "gone");
  await create(cluster, "other", [controllerReference(gone)]);
  await cluster.client.resource(configmaps).delete({ name: "gone", namespace });
  // The other object's end shows that the collector has been at work.
  const left = await cluster.eventually(configmaps, (found) => !names(found).includes("other") && found);
  expect(names(left)).toContain("child");
});
