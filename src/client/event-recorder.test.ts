import { expect, test } from "bun:test";

import { events } from "../api/resources.ts";
import { silentLogger } from "../lib/logger.ts";
import { FakeClock } from "../lib/time/fake-clock.ts";
import { startTestApiServer } from "../testing/test-api-server.ts";
import { EventRecorder } from "./event-recorder.ts";

const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web", namespace: "default", uid: "6f1b7c1e-52b4-4d4f-8a4e-6e2a4f6a1f00", resourceVersion: "7" },
};

test("EventRecorder writes an event as client-go does, and counts its repeats", async () => {
  const clock = new FakeClock();
  await using server = await startTestApiServer({ clock });
  const { client } = server;
  await using recorder = new EventRecorder({ client, component: "kubelet", host: "node-0", clock, log: silentLogger });
  recorder.record(pod, "Warning", "BackOff", "Back-off restarting failed container");
  clock.advance(10_000);
  recorder.record(pod, "Warning", "BackOff", "Back-off restarting failed container");
  recorder.record(pod, "Normal", "Pulled", "Container image already present");
  await recorder.flush();
  const { items } = await client.resource(events).list();
  const told = items.toSorted((a, b) => ((a.reason ?? "") < (b.reason ?? "") ? -1 : 1));
  expect(
    told.map(({ reason, count, firstTimestamp, lastTimestamp }) => ({ reason, count, firstTimestamp, lastTimestamp })),
  ).toEqual([
    { reason: "BackOff", count: 2, firstTimestamp: "2026-01-01T00:00:00Z", lastTimestamp: "2026-01-01T00:00:10Z" },
    { reason: "Pulled", count: 1, firstTimestamp: "2026-01-01T00:00:10Z", lastTimestamp: "2026-01-01T00:00:10Z" },
  ]);
  expect(told[0]).toMatchObject({
    metadata: { name: expect.stringMatching(/^web\.[0-9a-f]{16}$/), namespace: "default" },
    involvedObject: {
      kind: "Pod",
      namespace: "default",
      name: "web",
      uid: pod.metadata.uid,
      apiVersion: "v1",
      resourceVersion: "7",
    },
    source: { component: "kubelet", host: "node-0" },
    reportingComponent: "kubelet",
    reportingInstance: "node-0",
    type: "Warning",
  });
});

test("EventRecorder tells a repeat anew when the event it would count is gone", async () => {
  const clock = new FakeClock();
  await using server = await startTestApiServer({ clock });
  const { client } = server;
  await using recorder = new EventRecorder({ client, component: "kubelet", clock, log: silentLogger });
  recorder.record(pod, "Normal", "Pulled", "Container image already present");
  await recorder.flush();
  await client.resource(events).deleteCollection({ namespace: "default" });
  recorder.record(pod, "Normal", "Pulled", "Container image already present");
  await recorder.flush();
  expect((await client.resource(events).list()).items.map(({ reason }) => reason)).toEqual(["Pulled"]);
});
