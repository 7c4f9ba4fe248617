import type { WorkQueueObserver } from "../work-queue.ts";
import type { MetricsRegistry } from "./metrics.ts";

const BUCKETS = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100, 1000];
const LABELS = ["name"];

/** Counts what happens in a work queue, under the names that programs for Kubernetes use. */
export function workQueueMetrics(metrics: MetricsRegistry, name: string): WorkQueueObserver {
  const labels = [name];
  const depth = metrics.gauge("workqueue_depth", "Keys that wait.", LABELS);
  const adds = metrics.counter("workqueue_adds_total", "Keys that were added.", LABELS);
  const retries = metrics.counter("workqueue_retries_total", "Keys that were put back after a failure.", LABELS);
  const waits = metrics.histogram(
    "workqueue_queue_duration_seconds",
    "How long keys waited, in seconds.",
    BUCKETS,
    LABELS,
  );
  const works = metrics.histogram(
    "workqueue_work_duration_seconds",
    "How long keys were worked on, in seconds.",
    BUCKETS,
    LABELS,
  );
  const unfinished = metrics.gauge(
    "workqueue_unfinished_work_seconds",
    "Time spent so far on the keys that are worked on, in seconds.",
    LABELS,
  );
  const longest = metrics.gauge(
    "workqueue_longest_running_processor_seconds",
    "Time spent so far on the key that is worked on for longest, in seconds.",
    LABELS,
  );
  const addedAt = new Map<string, number>();
  const begunAt = new Map<string, number>();
  depth.set(0, labels);
  adds.increment(labels, 0);
  retries.increment(labels, 0);
  metrics.onCollect(() => {
    const now = performance.now();
    const spent = [...begunAt.values()].map((at) => (now - at) / 1000);
    unfinished.set(
      spent.reduce((sum, each) => sum + each, 0),
      labels,
    );
    longest.set(Math.max(0, ...spent), labels);
  });
  return {
    added(key) {
      adds.increment(labels);
      addedAt.set(key, performance.now());
      depth.set(addedAt.size, labels);
    },
    begun(key) {
      const now = performance.now();
      waits.observe((now - (addedAt.get(key) ?? now)) / 1000, labels);
      addedAt.delete(key);
      begunAt.set(key, now);
      depth.set(addedAt.size, labels);
    },
    ended(key) {
      const now = performance.now();
      works.observe((now - (begunAt.get(key) ?? now)) / 1000, labels);
      begunAt.delete(key);
    },
    retried: () => retries.increment(labels),
  };
}
