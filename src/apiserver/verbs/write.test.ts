import { expect, test } from "bun:test";

import { ApiError } from "../../api/api-error.ts";
import { configmaps, pods, resourceclaims } from "../../api/resources.ts";
import type { ConfigMap } from "../../api/types/core-v1.ts";
import { startTestApiServer } from "../../testing/test-api-server.ts";

const KEY = { name: "a", namespace: "default" };

const configMap = (data: Record<string, string> = {}, metadata: object = {}): ConfigMap => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { ...KEY, ...metadata },
  data,
});

const refusal = async (promise: Promise<unknown>): Promise<ApiError> => {
  const error = await promise.catch((reason: unknown) => reason);
  if (!(error instanceof ApiError)) throw new Error("The request was not refused");
  return error;
};

test("A generated name is the base and five characters, and never one that is taken", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(configmaps);
  const generate = { name: undefined, generateName: `${"x".repeat(70)}-` };
  const created = await Promise.all([0, 1, 2].map(() => client.create(configMap({}, generate))));
  const names = created.map(({ metadata }) => metadata.name ?? "");
  for (const name of names) expect(name).toMatch(/^x{58}[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  expect(new Set(names).size).toBe(3);
});

test("What a client cannot set is not taken from it", async () => {
  await using api = await startTestApiServer();
  const sent = {
    uid: "mine",
    generation: 7,
    creationTimestamp: "2001-01-01T00:00:00Z",
    deletionTimestamp: "2001-01-01T00:00:00Z",
  };
  const { metadata } = await api.client.resource(configmaps).create(configMap({}, sent));
  expect(metadata.uid).not.toBe("mine");
  expect(metadata.creationTimestamp).not.toBe(sent.creationTimestamp);
  expect(metadata.generation).toBeUndefined();
  expect(metadata.deletionTimestamp).toBeUndefined();
});

test("A status that a client sends along is emptied, and what is added to it finds its place", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(resourceclaims);
  const created = await client.create({
    apiVersion: "resource.k8s.io/v1",
    kind: "ResourceClaim",
    metadata: KEY,
    spec: {},
    status: { allocation: {} },
  });
  expect(created.status).toEqual({});
  const add = [{ op: "add", path: "/status/allocation", value: {} }];
  const patched = await client.patch(KEY, add, { type: "json", subresource: "status" });
  expect(patched.status?.allocation).toEqual({ devices: {} });
});

test("A dry run changes nothing", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(configmaps);
  const tried = await client.create(configMap({ k: "1" }), { dryRun: true });
  expect(tried.metadata.uid).toBeString();
  expect(await client.find(KEY)).toBeUndefined();
  const created = await client.create(configMap({ k: "1" }));
  expect((await client.update({ ...created, data: { k: "2" } }, { dryRun: true })).data).toEqual({ k: "2" });
  await client.delete(KEY, { dryRun: ["All"] });
  expect(await client.get(KEY)).toEqual(created);
});

test("A deletion can be tied to a uid and a version", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(configmaps);
  const { metadata } = await client.create(configMap());
  expect(await refusal(client.delete(KEY, { preconditions: { uid: "other" } }))).toMatchObject({ code: 409 });
  expect(await refusal(client.delete(KEY, { preconditions: { resourceVersion: "1" } }))).toMatchObject({ code: 409 });
  await client.delete(KEY, { preconditions: { uid: metadata.uid, resourceVersion: metadata.resourceVersion } });
  expect(await client.find(KEY)).toBeUndefined();
});

test("The last finalizer takes the object with it, and none can be added meanwhile", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(configmaps);
  await client.create(configMap({}, { finalizers: ["example.com/hold"] }));
  await client.delete(KEY);
  const held = await client.get(KEY);
  const added = client.update({
    ...held,
    metadata: { ...held.metadata, finalizers: ["example.com/hold", "example.com/more"] },
  });
  expect(await refusal(added)).toMatchObject({ code: 422 });
  await client.update({ ...held, metadata: { ...held.metadata, finalizers: [] } });
  expect(await client.find(KEY)).toBeUndefined();
});

test("The three patches of a PATCH", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(configmaps);
  await client.create(configMap({ a: "1", b: "2" }));
  await client.patch(KEY, [{ op: "replace", path: "/data/a", value: "3" }], { type: "json" });
  await client.patch(KEY, { data: { b: null, c: "4" } }, { type: "merge" });
  const patched = await client.patch(KEY, { metadata: { labels: { l: "5" } } }, { type: "strategic" });
  expect(patched).toMatchObject({ data: { a: "3", c: "4" }, metadata: { labels: { l: "5" } } });
  expect(patched.data).not.toHaveProperty("b");
});

test("A patch that changes nothing writes nothing", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(configmaps);
  const created = await client.create(configMap({ a: "1" }));
  const patched = await client.patch(KEY, { data: { a: "1" } }, { type: "merge", fieldManager: "somebody" });
  expect(patched.metadata.resourceVersion).toBe(created.metadata.resourceVersion);
});

test("Writers who patch at the same time all get through", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(configmaps);
  await client.create(configMap());
  const keys = ["a", "b", "c", "d"];
  await Promise.all(keys.map((key) => client.patch(KEY, { data: { [key]: "1" } }, { type: "merge" })));
  expect(Object.keys((await client.get(KEY)).data ?? {}).toSorted()).toEqual(keys);
});

test("Server-side apply creates, keeps account of owners, and refuses what another one owns", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(configmaps);
  const apply = (data: Record<string, string>, fieldManager: string, force = false) =>
    client.patch(KEY, configMap(data), { type: "apply", fieldManager, force });
  const first = await apply({ k: "1" }, "one");
  expect(first.metadata.managedFields).toMatchObject([{ manager: "one", operation: "Apply" }]);
  expect((await apply({ k: "1" }, "one")).metadata.resourceVersion).toBe(first.metadata.resourceVersion);
  expect(await refusal(apply({ k: "2" }, "two"))).toMatchObject({
    code: 409,
    message: 'Apply failed with 1 conflict: conflict with "one": .data.k',
  });
  await apply({ k: "2" }, "two", true);
  expect((await apply({ other: "3" }, "one")).data).toEqual({ k: "2", other: "3" });
});

test("Server-side apply needs the name of a manager", async () => {
  await using api = await startTestApiServer();
  const applied = api.client.resource(configmaps).patch(KEY, configMap(), { type: "apply" });
  expect(await refusal(applied)).toMatchObject({
    message: 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
  });
});

test("A collection is deleted by its selector", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(configmaps);
  for (const [name, app] of [
    ["a", "web"],
    ["b", "web"],
    ["c", "db"],
  ] as const) {
    await client.create(configMap({}, { name, labels: { app } }));
  }
  await api.client.transport.request({
    verb: "deletecollection",
    group: "",
    version: "v1",
    resource: "configmaps",
    namespace: "default",
    query: { labelSelector: "app=web" },
  });
  expect((await client.list({ namespace: "default" })).items.map(({ metadata }) => metadata.name)).toEqual(["c"]);
});

test("A pod leaves in two steps", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(pods);
  const pod = await client.create({
    apiVersion: "v1",
    kind: "Pod",
    metadata: KEY,
    spec: { nodeName: "n1", containers: [{ name: "main", image: "web" }] },
  });
  await client.delete(KEY);
  const leaving = await client.get(KEY);
  expect(leaving.metadata.deletionGracePeriodSeconds).toBe(30);
  expect(leaving.metadata.generation).toBe((pod.metadata.generation ?? 0) + 1);
  await client.delete(KEY, { gracePeriodSeconds: 0, preconditions: { uid: pod.metadata.uid } });
  expect(await client.find(KEY)).toBeUndefined();
});
