import { expect, test } from "bun:test";

import { isApiError } from "../api/api-error.ts";
import { configmaps } from "../api/resources.ts";
import { startTestApiServer } from "../testing/test-api-server.ts";

const configMap = (name: string, data: Record<string, string> = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default" },
  data,
});

test("An object is created, read, updated and deleted in process", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(configmaps);
  const created = await client.create(configMap("a", { k: "1" }));
  expect(created.metadata.uid).toBeString();
  expect(Number(created.metadata.resourceVersion)).toBeGreaterThan(1);
  const updated = await client.update({ ...created, data: { k: "2" } });
  expect(await client.get({ namespace: "default", name: "a" })).toEqual(updated);
  await client.delete({ namespace: "default", name: "a" });
  expect(await client.find({ namespace: "default", name: "a" })).toBeUndefined();
});

test("A write that changes nothing keeps the resourceVersion", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(configmaps);
  const created = await client.create(configMap("a", { k: "1" }));
  const again = await client.update(created);
  expect(again.metadata.resourceVersion).toBe(created.metadata.resourceVersion);
});

test("An update of an old version is a conflict", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(configmaps);
  const created = await client.create(configMap("a"));
  await client.update({ ...created, data: { k: "2" } });
  const late = client.update({ ...created, data: { k: "3" } });
  expect(late).rejects.toThrow(
    'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
  );
});

test("The API over TLS answers with the same objects", async () => {
  await using api = await startTestApiServer({ https: true });
  const client = api.httpsClient.resource(configmaps);
  const created = await client.create(configMap("a", { k: "1" }));
  expect(await api.client.resource(configmaps).get({ namespace: "default", name: "a" })).toEqual(created);
  const { items } = await client.list({ namespace: "default" });
  expect(items.map(({ metadata }) => metadata.name)).toEqual(["a"]);
  const missing = await client.get({ namespace: "default", name: "b" }).catch((error: unknown) => error);
  expect(isApiError(missing, "NotFound") && missing.message).toBe('configmaps "b" not found');
});

test("A watch over TLS tells what happens after its resourceVersion", async () => {
  await using api = await startTestApiServer({ https: true });
  const client = api.httpsClient.resource(configmaps);
  const first = await client.create(configMap("a"));
  const events: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const watch = client.watch(
    { namespace: "default", resourceVersion: first.metadata.resourceVersion },
    {
      onEvent({ type, object }) {
        events.push(`${type} ${object.metadata.name}`);
        if (events.length === 3) resolve();
      },
      onEnd: () => resolve(),
    },
  );
  await client.create(configMap("b"));
  await client.update({ ...first, data: { k: "2" } });
  await client.delete({ namespace: "default", name: "b" });
  await promise;
  watch.stop();
  expect(events).toEqual(["ADDED b", "MODIFIED a", "DELETED b"]);
});
