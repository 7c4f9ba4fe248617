import { expect, test } from "bun:test";

import { silentLogger } from "../lib/logger.ts";
import { FakeClock } from "../lib/time/fake-clock.ts";
import { memoryStore } from "../store/memory-store.ts";
import { HistoryKeeper } from "./history-keeper.ts";

const value = (): Uint8Array => new Uint8Array([1]);
const MINUTE_MS = 60_000;

test("HistoryKeeper forgets what is older than it must keep, and nothing younger", async () => {
  await using store = memoryStore();
  const clock = new FakeClock();
  await using _keeper = new HistoryKeeper({ store, keepMs: 5 * MINUTE_MS, clock, log: silentLogger });
  const revisions: number[] = [];
  for (let minute = 0; minute < 8; minute++) {
    const written = await store.create(`/key-${minute}`, value);
    if (written.outcome === "written") revisions.push(written.entry.revision);
    clock.advance(MINUTE_MS);
    while (clock.pending === 0) await Bun.sleep(1);
  }
  // Minutes 1 to 8 were looked at; at the eighth, the third is five minutes old.
  expect(await store.compactedRevision()).toBe(revisions[2] ?? -1);
});
