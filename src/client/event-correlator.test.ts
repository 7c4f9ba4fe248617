import { expect, test } from "bun:test";

import type { Event } from "../api/types/core-v1.ts";
import { EventCorrelator } from "./event-correlator.ts";

const anEvent = (message: string, resourceVersion = "1"): Event => ({
  apiVersion: "v1",
  kind: "Event",
  metadata: { name: `web.${message}`, namespace: "default" },
  involvedObject: { kind: "Pod", namespace: "default", name: "web", uid: "u1", resourceVersion },
  reason: "BackOff",
  type: "Warning",
  message,
  source: { component: "kubelet" },
  firstTimestamp: "2026-01-01T00:00:00Z",
  count: 1,
});

test("EventCorrelator counts a repeat under the first one's name", () => {
  const correlator = new EventCorrelator();
  expect(correlator.correlate(anEvent("a"), 0).type).toBe("create");
  const again = correlator.correlate({ ...anEvent("a", "2"), metadata: { name: "other" } }, 1000);
  expect(again).toMatchObject({ type: "count", event: { metadata: { name: "web.a" }, count: 2 } });
});

test("EventCorrelator combines the tenth different message of one reason", () => {
  const correlator = new EventCorrelator();
  const decisions = Array.from({ length: 11 }, (_, n) => correlator.correlate(anEvent(`message ${n}`), n));
  expect(decisions.slice(0, 10).every(({ type }) => type === "create")).toBe(true);
  expect(decisions[10]).toMatchObject({
    type: "count",
    event: { message: "(combined from similar events): message 10", count: 2 },
  });
});

test("EventCorrelator lets one source say 25 things about one object, then one in five minutes", () => {
  const correlator = new EventCorrelator();
  const types = Array.from({ length: 26 }, () => correlator.correlate(anEvent("a"), 0).type);
  expect(types.filter((type) => type !== "drop")).toHaveLength(25);
  expect(types.at(-1)).toBe("drop");
  expect(correlator.correlate(anEvent("a"), 300_000).type).toBe("count");
});
