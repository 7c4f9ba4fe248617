import { expect, test } from "bun:test";

import type { Pod } from "../api/types/core-v1.ts";
import { FakeClock } from "../lib/time/fake-clock.ts";
import { plugins } from "./plugins.ts";
import { podFacts, type PodFacts } from "./pod-facts.ts";
import { SchedulingQueue } from "./scheduling-queue.ts";

const aPod = (uid: string, priority = 0): PodFacts =>
  podFacts({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: uid, uid, namespace: "default" },
    spec: { priority, containers: [{ name: "main", image: "web", resources: { requests: { cpu: "1" } } }] },
  });

const removed: Pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "old", uid: "old" }, spec: { containers: [] } };

function aQueue() {
  const clock = new FakeClock();
  const queue = new SchedulingQueue({ clock, plugins, onReady: () => undefined });
  const takeAll = (): string[] => {
    const uids: string[] = [];
    for (let pod = queue.take(); pod; pod = queue.take()) uids.push(pod.uid);
    return uids;
  };
  return { clock, queue, takeAll };
}

test("SchedulingQueue gives out the most important pods first, and of equal ones the oldest", () => {
  const { clock, queue, takeAll } = aQueue();
  queue.set(aPod("first"));
  clock.advance(1);
  queue.set(aPod("second"));
  queue.set(aPod("urgent", 1000));
  expect(takeAll()).toEqual(["urgent", "first", "second"]);
});

test("SchedulingQueue tries a pod again when something could help, not merely when time passes", () => {
  const { clock, queue, takeAll } = aQueue();
  queue.set(aPod("a"));
  takeAll();
  queue.park("a", new Set(["NodeResourcesFit"]));
  clock.advance(3_600_000);
  expect(takeAll()).toEqual([]);
  queue.react({ type: "pod-assigned", pod: removed });
  expect(takeAll()).toEqual([]);
  queue.react({ type: "pod-removed", pod: removed });
  expect(takeAll()).toEqual(["a"]);
});

test("SchedulingQueue lets a pod wait for its backoff after a failure", () => {
  const { clock, queue, takeAll } = aQueue();
  queue.set(aPod("a"));
  takeAll();
  queue.retry("a");
  expect(takeAll()).toEqual([]);
  clock.advance(1000);
  expect(takeAll()).toEqual(["a"]);
  queue.retry("a");
  clock.advance(1000);
  expect(takeAll()).toEqual([]);
  clock.advance(1000);
  expect(takeAll()).toEqual(["a"]);
});

test("SchedulingQueue puts a pod that backs off behind others, and keeps it waiting for nobody", () => {
  const { queue, takeAll } = aQueue();
  queue.set(aPod("parked", 10));
  takeAll();
  queue.park("parked", new Set(["NodeResourcesFit"]));
  queue.react({ type: "pod-removed", pod: removed });
  queue.set(aPod("fresh"));
  expect(takeAll()).toEqual(["fresh", "parked"]);
});

test("SchedulingQueue keeps no pod waiting for a clock that was set back", () => {
  const { clock, queue, takeAll } = aQueue();
  queue.set(aPod("fails"));
  queue.set(aPod("parked"));
  takeAll();
  queue.retry("fails");
  queue.park("parked", new Set(["NodeResourcesFit"]));
  clock.setBack(24 * 3_600_000);
  queue.react({ type: "pod-removed", pod: removed });
  clock.advance(10_000);
  expect(takeAll().toSorted()).toEqual(["fails", "parked"]);
});

test("SchedulingQueue tries a pod again that had no node at all when there is one", () => {
  const { clock, queue, takeAll } = aQueue();
  queue.set(aPod("a"));
  takeAll();
  queue.park("a", new Set());
  queue.react({ type: "node-added", node: { apiVersion: "v1", kind: "Node", metadata: { name: "n" } } });
  clock.advance(1000);
  expect(takeAll()).toEqual(["a"]);
});

test("SchedulingQueue forgets a pod wherever it waits", () => {
  const { clock, queue, takeAll } = aQueue();
  for (const uid of ["active", "parked", "failed"]) queue.set(aPod(uid));
  takeAll();
  queue.park("parked", new Set(["NodeResourcesFit"]));
  queue.retry("failed");
  queue.set(aPod("active"));
  for (const uid of ["active", "parked", "failed"]) queue.remove(uid);
  queue.react({ type: "pod-removed", pod: removed });
  clock.advance(10_000);
  expect([takeAll(), queue.size]).toEqual([[], 0]);
});
