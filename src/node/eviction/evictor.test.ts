import { expect, test } from "bun:test";

import type { Pod } from "../../api/types/core-v1.ts";
import { silentLogger } from "../../lib/logger.ts";
import { FakeClock } from "../../lib/time/fake-clock.ts";
import { Evictor } from "./evictor.ts";
import {
  type EvictionCandidate,
  evictionMessage,
  evictionOrder,
  type Observation,
  pressureRejection,
  pressuresOf,
} from "./node-pressure.ts";

const MEBIBYTE = 2 ** 20;
const GIBIBYTE = 2 ** 30;

function candidate(
  name: string,
  usedBytes: number,
  more: { request?: string; priority?: number } = {},
): EvictionCandidate {
  const { request, priority = 0 } = more;
  const resources = request === undefined ? {} : { requests: { memory: request } };
  const pod: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, uid: name },
    spec: { priority, containers: [{ name: "main", resources }] },
  };
  return { pod, usage: new Map([["main", usedBytes]]) };
}

const observation = (memoryBytes: number, diskBytes: number): Observation => ({
  memory: { availableBytes: memoryBytes, capacityBytes: 8 * GIBIBYTE },
  disk: { availableBytes: diskBytes, capacityBytes: 500 * GIBIBYTE },
});

test("pressuresOf has the kubelet's threshold for memory, and a gigabyte of a large disk", () => {
  expect(pressuresOf(observation(GIBIBYTE, 2 * GIBIBYTE))).toEqual([]);
  expect(pressuresOf(observation(99 * MEBIBYTE, GIBIBYTE - 1))).toEqual([
    {
      condition: "MemoryPressure",
      resource: "memory",
      threshold: 100 * MEBIBYTE,
      available: 99 * MEBIBYTE,
    },
    {
      condition: "DiskPressure",
      resource: "ephemeral-storage",
      threshold: GIBIBYTE,
      available: GIBIBYTE - 1,
    },
  ]);
  const small = { memory: undefined, disk: { availableBytes: 90, capacityBytes: 1000 } };
  expect(pressuresOf(small)).toMatchObject([{ condition: "DiskPressure", threshold: 100 }]);
});

test("pressuresOf counts inodes where the disk has such", () => {
  const disk = { availableBytes: 50 * GIBIBYTE, capacityBytes: 500 * GIBIBYTE };
  const left = (available: number) => pressuresOf({ memory: undefined, disk, inodes: { available, capacity: 1000 } });
  expect(left(50)).toEqual([]);
  const [pressure] = left(49);
  if (!pressure) throw new Error("49 of 1000 inodes are few");
  expect(pressure).toEqual({ condition: "DiskPressure", resource: "inodes", threshold: 50, available: 49 });
  expect(evictionMessage(candidate("web", 7), pressure)).toBe(
    "The node was low on resource: inodes. Threshold quantity: 50, available: 49. ",
  );
});

test("evictionOrder takes who exceeds its request, then the less important, then the largest", () => {
  const candidates = [
    candidate("within", 10 * MEBIBYTE, { request: "64Mi" }),
    candidate("important", 500 * MEBIBYTE, { priority: 100 }),
    candidate("small", 20 * MEBIBYTE),
    candidate("large", 200 * MEBIBYTE),
    candidate("critical", GIBIBYTE, { priority: 2_000_000_000 }),
  ];
  const names = evictionOrder(candidates, "memory").map(({ pod }) => pod.metadata.name);
  expect(names).toEqual(["large", "small", "important", "within"]);
});

test("evictionMessage is the kubelet's", () => {
  const [pressure] = pressuresOf(observation(50 * MEBIBYTE, 100 * GIBIBYTE));
  if (!pressure) throw new Error("There is no pressure");
  expect(evictionMessage(candidate("web", 200 * MEBIBYTE, { request: "64Mi" }), pressure)).toBe(
    "The node was low on resource: memory. Threshold quantity: 100Mi, available: 50Mi. Container main was using 200Mi, request is 64Mi, has larger consumption of memory. ",
  );
});

test("a node under pressure of memory takes only pods that asked for some", () => {
  const { pod } = candidate("web", 0);
  expect(pressureRejection(pod, "BestEffort", new Set())).toBeUndefined();
  expect(pressureRejection(pod, "Burstable", new Set(["MemoryPressure"]))).toBeUndefined();
  expect(pressureRejection(pod, "BestEffort", new Set(["MemoryPressure"]))).toEqual({
    reason: "Evicted",
    message: "The node had condition: [MemoryPressure]. ",
  });
  expect(pressureRejection(pod, "Guaranteed", new Set(["DiskPressure"]))?.reason).toBe("Evicted");
});

test("Evictor gives up one pod at a time, and the conditions stay for a while", async () => {
  const clock = new FakeClock();
  let seen = observation(50 * MEBIBYTE, 100 * GIBIBYTE);
  const evicted: string[] = [];
  const told: string[] = [];
  const pods = [candidate("a", 300 * MEBIBYTE), candidate("b", 200 * MEBIBYTE)];
  await using evictor = new Evictor({
    observe: () => Promise.resolve(seen),
    candidates: () => Promise.resolve(pods.filter(({ pod }) => !evicted.includes(pod.metadata.uid ?? ""))),
    evict: (uid) => void evicted.push(uid),
    onConditions: (conditions) => void told.push([...conditions].join(" ")),
    clock,
    log: silentLogger,
  });
  evictor.start();
  const look = async (ms: number): Promise<void> => {
    clock.advance(ms);
    while (clock.pending === 0) await Bun.sleep(1);
  };
  await look(10_000);
  expect(evicted).toEqual(["a"]);
  seen = observation(GIBIBYTE, 100 * GIBIBYTE);
  await look(10_000);
  expect({ evicted, told }).toEqual({ evicted: ["a"], told: ["MemoryPressure"] });
  for (let minute = 0; minute < 31; minute++) await look(10_000);
  expect(told).toEqual(["MemoryPressure", ""]);
});
