import { expect, test } from "bun:test";

import { builtInKinds } from "../../api/registry.ts";
import { configmaps, events, namespaces, pods, secrets } from "../../api/resources.ts";
import { createNamespace } from "../../testing/test-api-server.ts";
import { startTestControllers, type TestControllers } from "../../testing/test-controllers.ts";
import { storedTypes } from "../registry.ts";
import { namespaceController } from "./namespace.ts";

const namespace = "shop";

function start(): Promise<TestControllers> {
  const types = storedTypes(builtInKinds).filter(({ namespaced }) => namespaced);
  return startTestControllers([
    namespaceController(
      types,
      types.filter((type) => type !== events),
    ),
  ]);
}

async function fill({ client }: TestControllers, finalizers: string[]): Promise<void> {
  await createNamespace(client, namespace);
  await client.resource(configmaps).create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", namespace } });
  await client
    .resource(secrets)
    .create({ apiVersion: "v1", kind: "Secret", metadata: { name: "s", namespace, finalizers } });
  await client.resource(pods).create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", namespace, finalizers },
    spec: { containers: [{ name: "main", image: "web" }] },
  });
}

test("a deleted namespace goes with everything in it", async () => {
  await using cluster = await start();
  await fill(cluster, []);
  await cluster.client.resource(namespaces).delete({ name: namespace });
  await cluster.eventually(namespaces, (found) => !found.some(({ metadata }) => metadata.name === namespace));
  expect((await cluster.client.resource(configmaps).list({ namespace })).items).toEqual([]);
});

test("a deleted namespace loses its pods first, and tells what still holds it", async () => {
  await using cluster = await start();
  await fill(cluster, ["example.com/hold"]);
  await cluster.client.resource(namespaces).delete({ name: namespace });
  const waiting = await cluster.eventually(namespaces, (found) =>
    found.find(({ status }) =>
      status?.conditions?.some(
        ({ type, status: value }) => type === "NamespaceFinalizersRemaining" && value === "True",
      ),
    ),
  );
  expect(waiting.status?.phase).toBe("Terminating");
  const pod = await cluster.eventually(pods, ([found]) => found?.metadata.deletionTimestamp !== undefined && found);
  expect(await cluster.client.resource(configmaps).find({ name: "c", namespace })).toBeDefined();

  await cluster.client.resource(pods).update({ ...pod, metadata: { ...pod.metadata, finalizers: [] } });
  const secret = await cluster.eventually(
    secrets,
    ([found]) => found?.metadata.deletionTimestamp !== undefined && found,
  );
  const [told] = await cluster.eventually(namespaces, (found) => {
    const condition = found
      .flatMap(({ status }) => status?.conditions ?? [])
      .find(({ type }) => type === "NamespaceContentRemaining");
    return condition?.message === "Some resources are remaining: secrets. has 1 resource instances" && [condition];
  });
  expect(told?.reason).toBe("SomeResourcesRemain");
  await cluster.client.resource(secrets).update({ ...secret, metadata: { ...secret.metadata, finalizers: [] } });
  await cluster.eventually(namespaces, (found) => !found.some(({ metadata }) => metadata.name === namespace));
});
