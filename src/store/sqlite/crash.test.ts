import { expect, test } from "bun:test";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { silentLogger } from "../../lib/logger.ts";
import { randomFraction } from "../../lib/random.ts";
import { Recorder } from "../store.conformance.ts";
import { expectedValue } from "./crash-writer.ts";
import { openSqliteStore } from "./sqlite-store.ts";

const KILLS = 200;
/** Files that are written and killed side by side. */
const LANES = 4;

test(
  "sqlite store keeps every acknowledged write of a process killed at any moment",
  async () => {
    const acknowledged = await Promise.all(Array.from({ length: LANES }, () => killRepeatedly(KILLS / LANES)));
    expect(Math.min(...acknowledged)).toBeGreaterThan(KILLS);
  },
  { timeout: 120_000 },
);

/** Kills and checks one store again and again, and returns how many writes were acknowledged in all. */
async function killRepeatedly(times: number): Promise<number> {
  const path = join(mkdtempSync(join(tmpdir(), "kube-crash-")), "state.db");
  const state = new Map<string, number>();
  let revision = 1;
  let count = 0;
  for (let i = 0; i < times; i++) {
    const reports = await writeUntilKilled(path);
    count += reports.length;
    revision = await checkAfterCrash(path, { state, revision, reports });
  }
  return count;
}

/** Runs the writer until it has reported some number of times; what it goes on writing until the signal arrives is the test. */
async function writeUntilKilled(path: string): Promise<string[]> {
  const writer = Bun.spawn([process.execPath, join(import.meta.dir, "crash-writer.ts"), path], {
    stdout: "pipe",
    stderr: "inherit",
  });
  const reportsBeforeKill = Math.floor(randomFraction() * 100);
  let output = "";
  const decoder = new TextDecoder();
  for await (const chunk of writer.stdout) {
    output += decoder.decode(chunk, { stream: true });
    if (output.split("\n").length - 1 > reportsBeforeKill) writer.kill("SIGKILL");
  }
  await writer.exited;
  expect(writer.signalCode).toBe("SIGKILL");
  // The last line may be cut off.
  return output.split("\n").slice(1, -1);
}

/** Checks what was written since `revision`, brings `state` up to date, and returns the revision it is at. */
async function checkAfterCrash(
  path: string,
  before: { state: Map<string, number>; revision: number; reports: readonly string[] },
): Promise<number> {
  await using store = await openSqliteStore(path, { log: silentLogger });
  const revision = await store.revision();
  const recorder = new Recorder();
  await store.watch("/", before.revision, recorder);
  if (revision > before.revision) await recorder.until(revision);

  const written = new Set<string>();
  for (const [index, { type, entry }] of recorder.events.entries()) {
    expect(entry.revision).toBe(before.revision + index + 1);
    expect(Buffer.compare(entry.value, expectedValue(entry.key, entry.revision))).toBe(0);
    written.add(`${entry.revision} ${type} ${entry.key}`);
    if (type === "put") before.state.set(entry.key, entry.revision);
    else before.state.delete(entry.key);
  }
  expect(before.reports.filter((report) => !written.has(report))).toEqual([]);

  const { items } = await store.range("/");
  expect(Object.fromEntries(items.map((item) => [item.key, item.revision]))).toEqual(Object.fromEntries(before.state));
  for (const item of items) expect(Buffer.compare(item.value, expectedValue(item.key, item.revision))).toBe(0);
  return revision;
}
