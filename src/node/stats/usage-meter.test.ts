import { expect, test } from "bun:test";

import type { Clock } from "../../lib/time/clock.ts";
import type { ContainerStats } from "../runtime/runtime.ts";
import { UsageMeter } from "./usage-meter.ts";

/** An engine whose containers use a fixed share of a core, and a clock that moves when somebody waits. */
function testMeter(cores: Record<string, number>) {
  let now = 1_000_000;
  let readings = 0;
  const clock: Clock = {
    now: () => now,
    setTimeout(callback, delayMs) {
      now += delayMs;
      callback();
      return { cancel() {}, [Symbol.dispose]() {} };
    },
  };
  const stats = (): Promise<ContainerStats[]> => {
    readings++;
    return Promise.resolve(
      Object.entries(cores).map(([id, share]) => ({
        id,
        pod: { uid: id, name: id, namespace: "default" },
        name: "main",
        cpuUsageNanoseconds: share * now * 1_000_000,
        memory: { usageBytes: 2, workingSetBytes: 1, rssBytes: 1, pageFaults: 0, majorPageFaults: 0 },
        network: undefined,
        processes: 1,
        readAt: now,
      })),
    );
  };
  return {
    meter: new UsageMeter({ stats }, clock),
    cores,
    readings: () => readings,
    wait: (ms: number) => (now += ms),
  };
}

const summary = async (meter: UsageMeter) =>
  (await meter.measure()).map(({ stats, cpuNanocores, windowMs }) => [stats.id, cpuNanocores, windowMs]);

test("UsageMeter answers the first question with two readings a second apart", async () => {
  const { meter, readings } = testMeter({ a: 0.5 });
  expect(await summary(meter)).toEqual([["a", 500_000_000, 1000]]);
  expect(readings()).toBe(2);
});

test("UsageMeter answers from memory for a while, then measures since its earliest recent reading", async () => {
  const { meter, readings, wait } = testMeter({ a: 0.25 });
  await summary(meter);
  wait(9000);
  await summary(meter);
  expect(readings()).toBe(2);
  wait(2000);
  expect(await summary(meter)).toEqual([["a", 250_000_000, 12_000]]);
  expect(readings()).toBe(3);
});

test("UsageMeter forgets what was long ago", async () => {
  const { meter, wait } = testMeter({ a: 1 });
  await summary(meter);
  wait(600_000);
  expect(await summary(meter)).toEqual([["a", 1_000_000_000, 1000]]);
});

test("UsageMeter reads again for a container that is new", async () => {
  const { meter, cores, wait } = testMeter({ a: 1 });
  await summary(meter);
  cores["b"] = 2;
  wait(11_000);
  expect(await summary(meter)).toEqual([
    ["a", 1_000_000_000, 13_000],
    ["b", 2_000_000_000, 1000],
  ]);
});

test("UsageMeter does not let a container wait that it is told of", async () => {
  const { meter, cores, wait } = testMeter({ a: 1 });
  await summary(meter);
  cores["b"] = 2;
  wait(1000);
  expect(await summary(meter)).toEqual([["a", 1_000_000_000, 1000]]);
  meter.expectNewcomer();
  expect(await summary(meter)).toEqual([
    ["a", 1_000_000_000, 3000],
    ["b", 2_000_000_000, 1000],
  ]);
});

test("UsageMeter answers all who ask at once with one measurement", async () => {
  const { meter, readings } = testMeter({ a: 1 });
  await Promise.all([meter.measure(), meter.measure(), meter.measure()]);
  expect(readings()).toBe(2);
});
