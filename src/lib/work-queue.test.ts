import { expect, test } from "bun:test";

import { FakeClock } from "./time/fake-clock.ts";
import { WorkQueue, type WorkQueueOptions } from "./work-queue.ts";

function queueOf(options: Partial<WorkQueueOptions> & Pick<WorkQueueOptions, "process">) {
  const clock = new FakeClock();
  const queue = new WorkQueue({ clock, workers: 2, onFailure: () => undefined, ...options });
  return { clock, queue };
}

/** Resolves once the queue had its turn. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test("WorkQueue works once on a key that was added several times", async () => {
  const worked: string[] = [];
  const { queue } = queueOf({ process: async (key) => void worked.push(key) });
  queue.add("a");
  queue.add("a");
  queue.add("b");
  await turn();
  expect(worked).toEqual(["a", "b"]);
});

test("WorkQueue works again on a key added while it is worked on, but not at the same time", async () => {
  const log: string[] = [];
  const first = Promise.withResolvers<void>();
  const { queue } = queueOf({
    process: async () => {
      log.push("start");
      if (log.length === 1) await first.promise;
      log.push("end");
    },
  });
  queue.add("a");
  await turn();
  queue.add("a");
  await turn();
  expect(log).toEqual(["start"]);
  first.resolve();
  await turn();
  expect(log).toEqual(["start", "end", "start", "end"]);
});

test("WorkQueue works on no more keys at a time than it has workers", async () => {
  const gate = Promise.withResolvers<void>();
  let running = 0;
  let most = 0;
  const { queue } = queueOf({
    process: async () => {
      most = Math.max(most, ++running);
      await gate.promise;
      running -= 1;
    },
  });
  for (const key of ["a", "b", "c", "d"]) queue.add(key);
  await turn();
  expect(queue.length).toBe(2);
  gate.resolve();
  await turn();
  expect({ most, left: queue.length }).toEqual({ most: 2, left: 0 });
});

test("WorkQueue tries a failed key again after growing delays and forgets them after success", async () => {
  const delays: number[] = [];
  let failures = 3;
  const { queue, clock } = queueOf({
    process: async () => {
      if (failures-- > 0) throw new Error("not yet");
    },
    onFailure: (_key, _error, retryAfterMs) => void delays.push(retryAfterMs),
    backoff: { initialMs: 10, maxMs: 30, factor: 2, jitter: 0 },
  });
  queue.add("a");
  await turn();
  for (const ms of [10, 20, 30]) {
    clock.advance(ms);
    await turn();
  }
  expect(delays).toEqual([10, 20, 30]);
  failures = 1;
  queue.add("a");
  await turn();
  expect(delays.at(-1)).toBe(10);
});

test("WorkQueue keeps the earliest of several delays", async () => {
  const worked: string[] = [];
  const { queue, clock } = queueOf({ process: async (key) => void worked.push(key) });
  queue.addAfter("a", 1000);
  queue.addAfter("a", 100);
  queue.addAfter("a", 500);
  clock.advance(100);
  await turn();
  expect({ worked, pending: clock.pending }).toEqual({ worked: ["a"], pending: 0 });
});

test("WorkQueue stops: waits for what runs, forgets the rest", async () => {
  const gate = Promise.withResolvers<void>();
  const worked: string[] = [];
  const { queue, clock } = queueOf({
    workers: 1,
    process: async (key) => {
      await gate.promise;
      worked.push(key);
    },
  });
  queue.add("a");
  queue.add("b");
  queue.addAfter("c", 10);
  await turn();
  const stopped = queue.stop();
  gate.resolve();
  await stopped;
  await turn();
  expect({ worked, pending: clock.pending }).toEqual({ worked: ["a"], pending: 0 });
});
