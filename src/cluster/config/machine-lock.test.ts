import { expect, test } from "bun:test";

import { FakeClock } from "../../lib/time/fake-clock.ts";
import { lockMachine } from "./machine-lock.ts";

const name = (): string => `\0kube-test-${crypto.randomUUID()}`;

/** Lets what waits for real sockets go on until something waits for the clock. */
async function untilAsleep(clock: FakeClock): Promise<void> {
  while (clock.pending === 0) await Bun.sleep(1);
}

test.skipIf(process.platform !== "linux")("a second one has the lock when the first gives it up", async () => {
  const clock = new FakeClock();
  const at = name();
  const first = await lockMachine(clock, at);
  const waiting = lockMachine(clock, at);
  await untilAsleep(clock);
  first[Symbol.dispose]();
  clock.advance(25);
  using _second = await waiting;
  const third = lockMachine(clock, at);
  await untilAsleep(clock);
  expect(clock.pending).toBe(1);
  clock.advance(60_000);
  (await third)[Symbol.dispose]();
});
