import { expect, test } from "bun:test";

import { systemClock } from "../time/clock.ts";
import { WorkQueue } from "../work-queue.ts";
import { MetricsRegistry } from "./metrics.ts";
import { workQueueMetrics } from "./work-queue-metrics.ts";

test("Counters and gauges are written with their labels, families and members in order", async () => {
  const metrics = new MetricsRegistry();
  const requests = metrics.counter("requests_total", "Requests.", ["verb", "code"]);
  requests.increment(["POST", "201"]);
  requests.increment(["GET", "200"], 2);
  metrics.gauge("open", "Open\nthings.").set(3);
  expect(await metrics.text()).toBe(
    `# HELP open Open\\nthings.\n# TYPE open gauge\nopen 3\n` +
      `# HELP requests_total Requests.\n# TYPE requests_total counter\n` +
      `requests_total{verb="GET",code="200"} 2\nrequests_total{verb="POST",code="201"} 1\n`,
  );
});

test("A histogram counts what lies below each bound, and everything", async () => {
  const metrics = new MetricsRegistry();
  const seconds = metrics.histogram("seconds", "Time.", [0.1, 1], ["verb"]);
  for (const value of [0.05, 0.1, 0.5, 7]) seconds.observe(value, ["GET"]);
  expect((await metrics.text()).split("\n").slice(2, -1)).toEqual([
    'seconds_bucket{verb="GET",le="0.1"} 2',
    'seconds_bucket{verb="GET",le="1"} 3',
    'seconds_bucket{verb="GET",le="+Inf"} 4',
    'seconds_sum{verb="GET"} 7.65',
    'seconds_count{verb="GET"} 4',
  ]);
});

test("Label values are escaped, and gauges are asked when somebody reads", async () => {
  const metrics = new MetricsRegistry();
  const gauge = metrics.gauge("state", "State.", ["of"]);
  metrics.onCollect(() => gauge.set(1, ['a"b\\c\nd']));
  expect(await metrics.text()).toContain('state{of="a\\"b\\\\c\\nd"} 1');
  gauge.reset();
  metrics.onCollect(() => gauge.reset());
  expect(await metrics.text()).toBe("");
});

test("A name that is asked for twice is one family", async () => {
  const metrics = new MetricsRegistry();
  metrics.counter("c", "C.").increment();
  metrics.counter("c", "C.").increment();
  expect(await metrics.text()).toContain("c 2\n");
});

test("A work queue tells what waits, what was done and what failed", async () => {
  const metrics = new MetricsRegistry();
  const failing = new Set(["bad"]);
  const { promise: retried, resolve } = Promise.withResolvers<void>();
  await using queue = new WorkQueue({
    clock: systemClock,
    workers: 1,
    process: async (key) => {
      if (failing.delete(key)) throw new Error("not now");
      if (key === "bad") resolve();
    },
    onFailure: () => undefined,
    observer: workQueueMetrics(metrics, "test"),
  });
  for (const key of ["good", "bad"]) queue.add(key);
  expect(await metrics.text()).toContain('workqueue_depth{name="test"} 2');
  await retried;
  const text = await metrics.text();
  expect(text).toContain('workqueue_adds_total{name="test"} 3');
  expect(text).toContain('workqueue_retries_total{name="test"} 1');
  expect(text).toContain('workqueue_depth{name="test"} 0');
  expect(text).toContain('workqueue_queue_duration_seconds_count{name="test"} 3');
});
