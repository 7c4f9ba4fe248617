import { expect, test } from "bun:test";

import { events } from "../api/resources.ts";
import type { Event } from "../api/types/core-v1.ts";
import { EventRecorder } from "../client/event-recorder.ts";
import { silentLogger } from "../lib/logger.ts";
import { FakeClock } from "../lib/time/fake-clock.ts";
import { startTestControllers } from "../testing/test-controllers.ts";
import { eventExpiryActions, eventExpiryController } from "./event-expiry.ts";

const MINUTE = 60_000;

const anEvent = (name: string, times: Partial<Event>): Event => ({
  apiVersion: "v1",
  kind: "Event",
  metadata: { name, namespace: "default", creationTimestamp: "2026-01-01T00:00:00Z" },
  involvedObject: {},
  ...times,
});

test("eventExpiryActions counts from when an event was last seen, and looks again when the next is due", () => {
  const [lookAgain, deletions] = eventExpiryActions(
    {
      events: [
        anEvent("once", { lastTimestamp: "2026-01-01T00:00:00Z" }),
        anEvent("repeated", { lastTimestamp: "2026-01-01T00:30:00Z" }),
        anEvent("series", { series: { count: 2, lastObservedTime: "2026-01-01T00:20:00.000000Z" } }),
      ],
    },
    Date.parse("2026-01-01T01:05:00Z"),
  );
  expect(lookAgain).toEqual({ do: "lookAgain", afterMs: 15 * MINUTE });
  expect(deletions).toMatchObject({ actions: [{ do: "delete", object: { metadata: { name: "once" } } }] });
});

test("an event is forgotten in time, and not before", async () => {
  const clock = new FakeClock();
  const start = clock.now();
  await using cluster = await startTestControllers([eventExpiryController], { clock });
  await using recorder = new EventRecorder({ client: cluster.client, component: "test", clock, log: silentLogger });
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "default", uid: "u" } };
  recorder.record(pod, "Normal", "Pulled", "Container image already present");
  await recorder.flush();
  const isThere = async (): Promise<boolean> => (await cluster.client.resource(events).list()).items.length > 0;
  while (await isThere()) {
    clock.advance(MINUTE);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(clock.now() - start).toBeGreaterThanOrEqual(60 * MINUTE);
});
