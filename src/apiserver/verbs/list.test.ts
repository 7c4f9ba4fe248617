import { expect, test } from "bun:test";

import { ApiError } from "../../api/api-error.ts";
import { configmaps } from "../../api/resources.ts";
import type { TestListOptions as ListOptions } from "../../testing/test-api-server.ts";
import { startTestApiServer, type TestApiServer } from "../../testing/test-api-server.ts";

async function withConfigMaps(names: readonly string[]): Promise<TestApiServer> {
  const api = await startTestApiServer();
  for (const name of names) {
    await api.client.resource(configmaps).create({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace: "default", labels: { even: String(Number(name.slice(1)) % 2 === 0) } },
    });
  }
  return api;
}

const FIVE = ["c1", "c2", "c3", "c4", "c5"];

async function listed({ client }: TestApiServer, options: ListOptions = {}) {
  const { items, metadata } = await client.resource(configmaps).list({ namespace: "default", ...options });
  return { names: items.map((item) => item.metadata.name), ...metadata };
}

async function refusal(promise: Promise<unknown>): Promise<ApiError> {
  const error = await promise.catch((reason: unknown) => reason);
  if (!(error instanceof ApiError)) throw new Error("The request was not refused");
  return error;
}

test("A list comes in pages of one state, whatever happens meanwhile", async () => {
  await using api = await withConfigMaps(FIVE);
  const first = await listed(api, { limit: 2 });
  expect(first).toMatchObject({ names: ["c1", "c2"], remainingItemCount: 3 });
  await api.client.resource(configmaps).delete({ name: "c3", namespace: "default" });
  const second = await listed(api, { limit: 2, continue: first.continue });
  expect(second).toMatchObject({ names: ["c3", "c4"], resourceVersion: first.resourceVersion });
  const third = await listed(api, { limit: 2, continue: second.continue });
  expect(third.names).toEqual(["c5"]);
  expect(third.continue).toBeUndefined();
});

test("Pages of a selection are full, and do not say how many objects remain", async () => {
  await using api = await withConfigMaps(FIVE);
  const first = await listed(api, { limit: 2, labelSelector: "even=false" });
  expect(first.names).toEqual(["c1", "c3"]);
  expect(first.remainingItemCount).toBeUndefined();
  expect((await listed(api, { limit: 2, labelSelector: "even=false", continue: first.continue })).names).toEqual([
    "c5",
  ]);
});

test("A list whose state is forgotten can go on with what is there now", async () => {
  await using api = await withConfigMaps(FIVE);
  const first = await listed(api, { limit: 2 });
  await api.client.resource(configmaps).delete({ name: "c3", namespace: "default" });
  await api.store.compact(await api.store.revision());
  const error = await refusal(listed(api, { limit: 2, continue: first.continue }));
  expect(error).toMatchObject({ code: 410, reason: "Expired" });
  const rest = await listed(api, { limit: 2, continue: error.status.metadata?.continue });
  expect(rest.names).toEqual(["c4", "c5"]);
});

test("A list at an exact version shows that version", async () => {
  await using api = await withConfigMaps(["c1"]);
  const { resourceVersion } = await listed(api);
  await api.client.resource(configmaps).delete({ name: "c1", namespace: "default" });
  expect((await listed(api, { resourceVersion, resourceVersionMatch: "Exact" })).names).toEqual(["c1"]);
  expect((await listed(api, { resourceVersion, resourceVersionMatch: "NotOlderThan" })).names).toEqual([]);
});

test("A version of the future is to be asked for again", async () => {
  await using api = await withConfigMaps([]);
  const error = await refusal(listed(api, { resourceVersion: "1000000" }));
  expect(error).toMatchObject({ code: 504, reason: "Timeout" });
  expect(error.status.details).toMatchObject({
    retryAfterSeconds: 1,
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
  });
});

test("A match without a version is invalid", async () => {
  await using api = await withConfigMaps([]);
  const error = await refusal(listed(api, { resourceVersionMatch: "Exact" }));
  expect(error.message).toBe(
    'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
  );
});

test("A field selector on the name finds one object", async () => {
  await using api = await withConfigMaps(FIVE);
  expect((await listed(api, { fieldSelector: "metadata.name=c2" })).names).toEqual(["c2"]);
  expect((await listed(api, { fieldSelector: "metadata.name=c2", labelSelector: "even=false" })).names).toEqual([]);
});
