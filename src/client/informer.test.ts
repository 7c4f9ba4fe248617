import { expect, test } from "bun:test";

import { apiError, expired } from "../api/api-error.ts";
import { configmaps } from "../api/resources.ts";
import type { ConfigMap } from "../api/types/core-v1.ts";
import { silentLogger } from "../lib/logger.ts";
import { systemClock } from "../lib/time/clock.ts";
import { startTestApiServer } from "../testing/test-api-server.ts";
import { createInformer } from "./cached-informer.ts";
import { createClient, type Client } from "./client.ts";
import { InformerFactory } from "./informer-factory.ts";
import type { Informer } from "./informer.ts";
import type { TransportRequest, TransportWatchListener } from "./transport.ts";

const options = { clock: systemClock, log: silentLogger };
/** How servers without that feature answer. */
const refusal = apiError("Invalid", 'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: not served');
const never = new AbortController().signal;

const create = (client: Client, name: string, labels?: Record<string, string>): Promise<ConfigMap> =>
  client
    .resource(configmaps)
    .create({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default", labels } });

const remove = (client: Client, name: string) => client.resource(configmaps).delete({ name, namespace: "default" });

const names = (informer: Informer<ConfigMap>): string[] =>
  informer
    .list()
    .map(({ metadata }) => metadata.name ?? "")
    .toSorted();

/** The real server behind a line that a test can break. */
function breakableClient({ transport }: Client) {
  const watches: { readonly request: TransportRequest; readonly end: (error: Error | undefined) => void }[] = [];
  const lists: TransportRequest[] = [];
  const client = createClient({
    request(request) {
      if (request.verb === "list") lists.push(request);
      return transport.request(request);
    },
    watch(request, listener: TransportWatchListener) {
      const watch = transport.watch(request, listener);
      const end = (error: Error | undefined): void => {
        watch.stop();
        listener.onEnd(error);
      };
      watches.push({ request, end });
      return watch;
    },
  });
  return { client, watches, lists };
}

test("an informer shows what is there, and every change of it", async () => {
  await using server = await startTestApiServer();
  const { client } = server;
  await create(client, "first");
  await using informer = createInformer(client, configmaps, options);
  await informer.synced();
  const told: string[] = [];
  informer.onChange({
    added: ({ metadata }) => void told.push(`added ${metadata.name ?? ""}`),
    updated: ({ metadata }) => void told.push(`updated ${metadata.name ?? ""}`),
    deleted: ({ metadata }) => void told.push(`deleted ${metadata.name ?? ""}`),
  });
  const second = await create(client, "second");
  await client.resource(configmaps).update({ ...second, data: { a: "b" } });
  await remove(client, "first");
  await informer.until(() => told.length === 4, never);
  expect(told).toEqual(["added first", "added second", "updated second", "deleted first"]);
  expect(names(informer)).toEqual(["second"]);
});

test("an informer knows when it shows a write", async () => {
  await using server = await startTestApiServer();
  await using informer = createInformer(server.client, configmaps, options);
  const { metadata } = await create(server.client, "a");
  await informer.until(() => informer.resourceVersion >= Number(metadata.resourceVersion), never);
  expect(names(informer)).toEqual(["a"]);
});

test("an informer goes on from where its watch broke off, without a list", async () => {
  await using server = await startTestApiServer();
  const { client, watches, lists } = breakableClient(server.client);
  await using informer = createInformer(client, configmaps, options);
  await informer.synced();
  const { metadata } = await create(server.client, "before");
  await informer.until(() => names(informer).length === 1, never);
  watches.at(-1)?.end(undefined);
  await create(server.client, "after");
  await informer.until(() => names(informer).length === 2, never);
  expect({ from: watches.at(-1)?.request.query?.["resourceVersion"], lists: lists.length }).toEqual({
    from: metadata.resourceVersion,
    lists: 0,
  });
});

test("an informer whose history is gone starts anew and tells what it missed", async () => {
  await using server = await startTestApiServer();
  const { client, watches } = breakableClient(server.client);
  await using informer = createInformer(client, configmaps, options);
  await informer.synced();
  await create(server.client, "kept");
  await create(server.client, "lost");
  await informer.until(() => names(informer).length === 2, never);
  const told: string[] = [];
  informer.onChange({ deleted: ({ metadata }) => void told.push(metadata.name ?? "") });
  // Nobody listens while it happens.
  watches.at(-1)?.end(expired("too old resource version: 1 (2)"));
  await remove(server.client, "lost");
  await create(server.client, "new");
  await informer.until(() => names(informer).join() === "kept,new", never);
  expect(told).toEqual(["lost"]);
  expect(watches.at(-1)?.request.query?.["sendInitialEvents"]).toBe("true");
});

test("an informer lists first where the server cannot begin a watch with the state", async () => {
  await using server = await startTestApiServer();
  const { transport } = server.client;
  const client = createClient({
    request: (request) => transport.request(request),
    watch(request, listener) {
      if (request.query?.["sendInitialEvents"] === undefined) return transport.watch(request, listener);
      queueMicrotask(() => listener.onEnd(refusal));
      return { stop: () => undefined };
    },
  });
  await create(server.client, "a");
  await using informer = createInformer(client, configmaps, options);
  await informer.synced();
  await create(server.client, "b");
  await informer.until(() => names(informer).length === 2, never);
  expect(informer.get("default/a")?.kind).toBe("ConfigMap");
});

test("an informer finds objects by index, also after they changed", async () => {
  await using server = await startTestApiServer();
  await using informer = createInformer(server.client, configmaps, options);
  informer.addIndex("team", ({ metadata }) => (metadata.labels?.["team"] ? [metadata.labels["team"]] : []));
  const object = await create(server.client, "a", { team: "red" });
  await create(server.client, "b", { team: "red" });
  await informer.until(() => informer.byIndex("team", "red").length === 2, never);
  await server.client
    .resource(configmaps)
    .update({ ...object, metadata: { ...object.metadata, labels: { team: "blue" } } });
  await informer.until(() => informer.byIndex("team", "blue").length === 1, never);
  expect(informer.byIndex("team", "red").map(({ metadata }) => metadata.name)).toEqual(["b"]);
});

test("InformerFactory shares one informer per selection, and one of metadata alone", async () => {
  await using server = await startTestApiServer();
  await using informers = new InformerFactory(server.client, options);
  const all = informers.informer(configmaps);
  expect(informers.informer(configmaps)).toBe(all);
  const selected = informers.informer(configmaps, { labelSelector: "team=red" });
  const metadata = informers.metadata(configmaps);
  await server.client.resource(configmaps).create({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "a", namespace: "default" },
    data: { large: "value" },
  });
  await create(server.client, "b", { team: "red" });
  await Promise.all([
    all.until(() => all.list().length === 2, never),
    selected.until(() => selected.list().length === 1, never),
    metadata.until(() => metadata.list().length === 2, never),
  ]);
  expect(names(selected)).toEqual(["b"]);
  expect(metadata.get("default/a")).not.toHaveProperty("data");
});
