import { expect, test } from "bun:test";

import { namespaces, pods, serviceaccounts } from "../../api/resources.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { createClient } from "../../client/client.ts";
import { silentLogger } from "../../lib/logger.ts";
import { systemClock } from "../../lib/time/clock.ts";
import { startTestApiServer, type TestApiServer } from "../../testing/test-api-server.ts";
import { PodStatusWriter } from "./pod-status-writer.ts";

async function madePod({ client }: TestApiServer): Promise<Pod> {
  const metadata = { name: "shop" };
  await client.resource(namespaces).create({ apiVersion: "v1", kind: "Namespace", metadata });
  const account = { name: "default", namespace: "shop" };
  await client.resource(serviceaccounts).create({ apiVersion: "v1", kind: "ServiceAccount", metadata: account });
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "shop" },
    spec: { containers: [{ name: "main", image: "web" }] },
  };
  return client.resource(pods).create(pod);
}

const OPTIONS = { clock: systemClock, log: silentLogger, signal: new AbortController().signal };
const writerOf = ({ client }: TestApiServer): PodStatusWriter => new PodStatusWriter({ ...OPTIONS, client });

test("PodStatusWriter writes the latest of many statuses", async () => {
  await using api = await startTestApiServer();
  const pod = await madePod(api);
  const writer = writerOf(api);
  for (let count = 0; count < 20; count++) writer.put(pod, { phase: "Running", message: `${count}` });
  await writer.flushed();
  const { status } = await api.client.resource(pods).get({ name: "web", namespace: "shop" });
  expect(status?.message).toBe("19");
});

test("PodStatusWriter takes a status in whatever turn after a write it comes", async () => {
  await using api = await startTestApiServer();
  const pod = await madePod(api);
  const { transport } = api.client;
  let afterWrite = (): void => undefined;
  const client = createClient({
    watch: (request, listener) => transport.watch(request, listener),
    async request(request) {
      const answer = await transport.request(request);
      afterWrite();
      return answer;
    },
  });
  const writer = new PodStatusWriter({ ...OPTIONS, client });
  const lost: number[] = [];
  for (let turns = 0; turns < 12; turns++) {
    const { promise, resolve } = Promise.withResolvers<void>();
    afterWrite = () => {
      afterWrite = () => undefined;
      void later(turns).then(() => {
        writer.put(pod, { phase: "Running", message: `${turns} after` });
        resolve();
      });
    };
    writer.put(pod, { phase: "Running", message: `${turns} before` });
    await promise;
    await writer.flushed();
    const { status } = await api.client.resource(pods).get({ name: "web", namespace: "shop" });
    if (status?.message !== `${turns} after`) lost.push(turns);
  }
  expect(lost).toEqual([]);
});

async function later(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await Promise.resolve();
}

test("PodStatusWriter asks for nothing when nothing has changed", async () => {
  await using api = await startTestApiServer();
  const pod = await madePod(api);
  const { transport } = api.client;
  let requests = 0;
  const client = createClient({
    watch: (request, listener) => transport.watch(request, listener),
    request(request) {
      requests += 1;
      return transport.request(request);
    },
  });
  const writer = new PodStatusWriter({ ...OPTIONS, client });
  const state = { running: { startedAt: "2026-01-01T00:00:00Z" } };
  const container = { name: "main", image: "web", imageID: "", ready: true, restartCount: 0, lastState: {}, state };
  const conditions = [{ type: "Ready", status: "True", lastTransitionTime: "2026-01-01T00:00:00Z" }];
  const status = { phase: "Running", qosClass: "BestEffort", conditions, containerStatuses: [container] };
  writer.put(pod, status);
  await writer.flushed();
  writer.put(pod, { ...status, reason: undefined });
  await writer.flushed();
  expect(requests).toBe(1);
});

test("PodStatusWriter keeps what others have written meanwhile", async () => {
  await using api = await startTestApiServer();
  const pod = await madePod(api);
  const gate = { type: "example.com/gate", status: "True" };
  await api.client.resource(pods).updateStatus({ ...pod, status: { ...pod.status, conditions: [gate] } });
  const writer = writerOf(api);
  writer.put(pod, { phase: "Running", conditions: [{ type: "Ready", status: "True" }] });
  await writer.flushed();
  const { status } = await api.client.resource(pods).get({ name: "web", namespace: "shop" });
  expect(status?.conditions?.map(({ type }) => type)).toEqual(["example.com/gate", "Ready"]);
});
