import { expect, test } from "bun:test";

import type { Event } from "../../api/types/core-v1.ts";
import { eventLine, lastSeen, lastSeenAt } from "./event-lines.ts";

const now = Date.parse("2026-01-01T00:10:00Z");
const event: Event = {
  apiVersion: "v1",
  kind: "Event",
  metadata: { name: "e", namespace: "web" },
  involvedObject: { kind: "Pod", name: "web-0" },
  type: "Warning",
  reason: "BackOff",
  message: " Back-off\u001b[31m \n",
  firstTimestamp: "2026-01-01T00:00:00Z",
  lastTimestamp: "2026-01-01T00:09:30Z",
  count: 1,
};

test.each<[string, Partial<Event>, string]>([
  ["once", {}, "10m"],
  ["several times", { count: 4 }, "30s (x4 over 10m)"],
  [
    "in a series",
    { eventTime: "2026-01-01T00:05:00Z", series: { count: 7, lastObservedTime: "2026-01-01T00:09:59Z" } },
    "1s (x7 over 5m)",
  ],
])("lastSeen of what happened %s", (_, changes, text) => expect(lastSeen({ ...event, ...changes }, now)).toBe(text));

test("eventLine makes control characters visible", () => {
  expect(eventLine(event, { now, withNamespace: true })).toBe(
    "web\t10m\tWarning\tBackOff\tPod/web-0\tBack-off^[[31m\n",
  );
});

test("lastSeenAt takes the latest time that an event tells", () => {
  expect(lastSeenAt(event)).toBe(now - 30_000);
  expect(lastSeenAt({ ...event, lastTimestamp: undefined, eventTime: "2026-01-01T00:10:00Z" })).toBe(now);
});
