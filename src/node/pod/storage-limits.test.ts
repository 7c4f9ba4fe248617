import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { EmptyDirVolumeSource, Pod } from "../../api/types/core-v1.ts";
import { silentLogger } from "../../lib/logger.ts";
import { FakeClock } from "../../lib/time/fake-clock.ts";
import { StorageLimits } from "./storage-limits.ts";

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "kube-empty-dir-"));
  await mkdir(join(directory, "deep"));
  await writeFile(join(directory, "deep/file"), Buffer.alloc(300_000, 1));
});
afterAll(() => rm(directory, { recursive: true }));

const aPod = (emptyDir: EmptyDirVolumeSource): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web" },
  spec: { containers: [], volumes: [{ name: "cache", emptyDir }] },
});

function watched(emptyDir: EmptyDirVolumeSource) {
  const clock = new FakeClock();
  const { promise, resolve } = Promise.withResolvers<string>();
  const options = {
    clock,
    log: silentLogger,
    pathOf: () => directory,
    writtenBy: () => Promise.resolve(new Map<string, number>()),
    onExceeded: resolve,
  };
  return { clock, exceeded: promise, limits: new StorageLimits(aPod(emptyDir), options) };
}

test("StorageLimits tells when a volume has grown beyond its limit", async () => {
  const { clock, exceeded, limits } = watched({ sizeLimit: "100Ki" });
  clock.advance(10_000);
  expect(await exceeded).toBe('Usage of EmptyDir volume "cache" exceeds the limit "100Ki". ');
  await limits[Symbol.asyncDispose]();
});

test("StorageLimits looks again while a volume keeps its limit", async () => {
  const { clock, exceeded, limits } = watched({ sizeLimit: "400Ki" });
  clock.advance(10_000);
  while (clock.pending === 0) await Bun.sleep(1);
  await writeFile(join(directory, "more"), Buffer.alloc(300_000, 1));
  clock.advance(10_000);
  expect(await exceeded).toContain("exceeds the limit");
  await limits[Symbol.asyncDispose]();
});

test("StorageLimits has no timer for volumes without a limit, or in memory", async () => {
  for (const emptyDir of [{}, { medium: "Memory", sizeLimit: "1Ki" }]) {
    const { clock, limits } = watched(emptyDir);
    expect(clock.pending).toBe(0);
    await limits[Symbol.asyncDispose]();
  }
});

test("StorageLimits tells when a container, or all of the pod, has written too much", async () => {
  const { clock, log } = { clock: new FakeClock(), log: silentLogger };
  const limited = (name: string) => ({ name, resources: { limits: { "ephemeral-storage": "1Mi" } } });
  const pod: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web" },
    spec: { containers: [limited("a"), limited("b")] },
  };
  for (const [written, message] of [
    [{ a: 1_500_000, b: 0 }, 'Container a exceeded its local ephemeral storage limit "1Mi". '],
    [{ a: 1_500_000, b: 1_000_000 }, "Pod ephemeral local storage usage exceeds the total limit of containers 2Mi. "],
  ] as const) {
    const { promise, resolve } = Promise.withResolvers<string>();
    const writtenBy = () => Promise.resolve(new Map(Object.entries(written)));
    await using limits = new StorageLimits(pod, {
      clock,
      log,
      pathOf: () => undefined,
      writtenBy,
      onExceeded: resolve,
    });
    clock.advance(10_000);
    expect(await promise).toBe(message);
    expect(limits).toBeDefined();
  }
});
