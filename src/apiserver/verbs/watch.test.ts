import { expect, test } from "bun:test";

import { configmaps } from "../../api/resources.ts";
import type { Status } from "../../api/types/meta-v1.ts";
import { FakeClock } from "../../lib/time/fake-clock.ts";
import type { TestWatchOptions as WatchOptions } from "../../testing/test-api-server.ts";
import { startTestApiServer, type TestApiServer } from "../../testing/test-api-server.ts";

const configMap = (name: string, labels: Record<string, string> = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default", labels },
});

/** Follows config maps and notes what it sees. */
class Recording {
  readonly events: string[] = [];
  ended: Error | "in good order" | undefined;
  readonly #waiting: { readonly isDone: () => boolean; readonly resolve: () => void }[] = [];

  constructor({ client }: TestApiServer, options: WatchOptions) {
    client.resource(configmaps).watch(
      { namespace: "default", ...options },
      {
        onEvent: ({ type, object }) => {
          const end = object.metadata.annotations?.["k8s.io/initial-events-end"] ? " end" : "";
          const what = type === "ERROR" ? String((object as Status).code) : (object.metadata.name ?? "");
          this.events.push(`${type} ${what}`.trim() + end);
          this.#check();
        },
        onEnd: (error) => {
          this.ended = error ?? "in good order";
          this.#check();
        },
      },
    );
  }

  async until(isDone: (recording: Recording) => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ isDone: () => isDone(this), resolve });
    this.#check();
    await promise;
  }

  #check(): void {
    for (const { isDone, resolve } of this.#waiting) if (isDone()) resolve();
  }
}

test("A watch without a version begins with what is there", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(configmaps);
  await client.create(configMap("a"));
  const recording = new Recording(api, {});
  await recording.until(({ events }) => events.length === 1);
  await client.create(configMap("b"));
  await recording.until(({ events }) => events.length === 2);
  expect(recording.events).toEqual(["ADDED a", "ADDED b"]);
});

test("A watch list says where the initial events end", async () => {
  await using api = await startTestApiServer();
  await api.client.resource(configmaps).create(configMap("a"));
  const recording = new Recording(api, {
    sendInitialEvents: true,
    resourceVersionMatch: "NotOlderThan",
    allowWatchBookmarks: true,
  });
  await recording.until(({ events }) => events.length === 2);
  expect(recording.events).toEqual(["ADDED a", "BOOKMARK end"]);
});

test("Initial events must be asked for with a match", async () => {
  await using api = await startTestApiServer();
  const recording = new Recording(api, { sendInitialEvents: true });
  await recording.until(({ ended }) => ended !== undefined);
  expect(recording.ended).toMatchObject({ code: 422 });
});

test("To a selector, an object appears and disappears as its labels change", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(configmaps);
  const { resourceVersion } = (await client.list({ namespace: "default" })).metadata;
  const recording = new Recording(api, { labelSelector: "app=web", resourceVersion });
  const plain = await client.create(configMap("a"));
  const labelled = await client.update({ ...plain, metadata: { ...plain.metadata, labels: { app: "web" } } });
  const changed = await client.update({ ...labelled, data: { k: "v" } });
  await client.update({ ...changed, metadata: { ...changed.metadata, labels: {} } });
  await recording.until(({ events }) => events.length === 3);
  expect(recording.events).toEqual(["ADDED a", "MODIFIED a", "DELETED a"]);
});

test("A watch of one name sees no longer names", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(configmaps);
  const { resourceVersion } = (await client.list({ namespace: "default" })).metadata;
  const recording = new Recording(api, { fieldSelector: "metadata.name=a", resourceVersion });
  await client.create(configMap("ab"));
  await client.create(configMap("a"));
  await recording.until(({ events }) => events.length === 1);
  expect(recording.events).toEqual(["ADDED a"]);
});

test("A watch from a forgotten version is told to start again", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(configmaps);
  const { resourceVersion } = (await client.list({ namespace: "default" })).metadata;
  await client.create(configMap("a"));
  await api.store.compact(await api.store.revision());
  const recording = new Recording(api, { resourceVersion });
  await recording.until(({ ended }) => ended !== undefined);
  expect(recording.events).toEqual(["ERROR 410"]);
});

test("A watch sends a bookmark every minute, and ends in good order at its time limit", async () => {
  const clock = new FakeClock(Date.now());
  await using api = await startTestApiServer({ clock });
  await api.client.resource(configmaps).create(configMap("a"));
  const recording = new Recording(api, { allowWatchBookmarks: true, timeoutSeconds: 100 });
  await recording.until(({ events }) => events.length === 1);
  await api.client.resource(configmaps).create(configMap("b"));
  await recording.until(({ events }) => events.length === 2);
  clock.advance(61_000);
  await recording.until(({ events }) => events.length === 3);
  clock.advance(60_000);
  await recording.until(({ ended }) => ended !== undefined);
  expect(recording.events.slice(0, 3)).toEqual(["ADDED a", "ADDED b", "BOOKMARK"]);
  expect(recording.ended).toBe("in good order");
});

test("Watches end in good order when the server stops", async () => {
  const api = await startTestApiServer();
  const recording = new Recording(api, {});
  await api[Symbol.asyncDispose]();
  await recording.until(({ ended }) => ended !== undefined);
  expect(recording.ended).toBe("in good order");
});

test("Watchers of one commit see what each of them selects", async () => {
  await using api = await startTestApiServer();
  const client = api.client.resource(configmaps);
  const { resourceVersion } = (await client.list({ namespace: "default" })).metadata;
  const red = new Recording(api, { labelSelector: "color=red", resourceVersion });
  const alsoRed = new Recording(api, { labelSelector: "color=red", resourceVersion });
  const notRed = new Recording(api, { labelSelector: "color!=red", resourceVersion });
  const named = new Recording(api, { fieldSelector: "metadata.name=a", resourceVersion });
  await Promise.all([
    client.create(configMap("a", { color: "red" })),
    client.create(configMap("ab", { color: "red" })),
    client.create(configMap("b", { color: "blue" })),
  ]);
  await client.create(configMap("last", { color: "red" }));
  await client.create(configMap("z"));
  await client.delete({ namespace: "default", name: "a" });
  await Promise.all([
    red.until(({ events }) => events.includes("DELETED a")),
    alsoRed.until(({ events }) => events.includes("DELETED a")),
    notRed.until(({ events }) => events.includes("ADDED z")),
    named.until(({ events }) => events.includes("DELETED a")),
  ]);
  expect(red.events).toEqual(["ADDED a", "ADDED ab", "ADDED last", "DELETED a"]);
  expect(alsoRed.events).toEqual(red.events);
  expect(notRed.events).toEqual(["ADDED b", "ADDED z"]);
  expect(named.events).toEqual(["ADDED a", "DELETED a"]);
});
