import { expect, test } from "bun:test";

import { silentLogger } from "../lib/logger.ts";
import { FakeClock } from "../lib/time/fake-clock.ts";
import { memoryStore } from "../store/memory-store.ts";
import { HistoryKeeper } from "./history-keeper.ts";

const MINUTE_MS = 60_000;

/** A write a minute, of `bytes` each; what is remembered in the end, as revisions. */
async function kept(minutes: number, options: { readonly keepMs: number; readonly keepBytes: number }, bytes = 1) {
  const clock = new FakeClock();
  await using store = memoryStore({ now: () => clock.now() });
  const value = (): Uint8Array => new Uint8Array(bytes);
  await using _keeper = new HistoryKeeper({ store, ...options, clock, log: silentLogger });
  for (let minute = 0; minute < minutes; minute++) {
    // oxlint-disable-next-line no-await-in-loop -- a minute after the other
    await (minute === 0 ? store.create("/key", value) : store.update("/key", minute + 1, value));
    clock.advance(MINUTE_MS);
    // oxlint-disable-next-line no-await-in-loop -- the keeper arms itself when its turn is over
    while (clock.pending === 0) await Bun.sleep(1);
  }
  return { oldest: await store.compactedRevision(), newest: await store.revision() };
}

test("HistoryKeeper forgets what is older than it must keep, and nothing younger", async () => {
  const { oldest, newest } = await kept(20, { keepMs: 10 * MINUTE_MS, keepBytes: 1e9 });
  expect(newest).toBe(21);
  // The last write is a minute old; the one ten minutes old is the oldest that can be read.
  expect(oldest).toBe(12);
});

test("HistoryKeeper keeps five minutes whatever it is told", async () => {
  const { oldest, newest } = await kept(20, { keepMs: 1, keepBytes: 1 }, 1000);
  expect(newest - oldest).toBe(4);
});

test("HistoryKeeper forgets earlier what takes too much room", async () => {
  const { oldest, newest } = await kept(60, { keepMs: 3600 * MINUTE_MS, keepBytes: 0 }, 1000);
  expect(newest - oldest).toBeLessThan(60);
});
