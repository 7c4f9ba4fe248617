import { expect, test } from "bun:test";

import { FakeClock } from "./fake-clock.ts";
import { Repetition } from "./repetition.ts";

/** What promises lead to has been done. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("the next time begins an interval after the last has ended, and none after the end", async () => {
  const clock = new FakeClock(0);
  const times: number[] = [];
  let act = Promise.withResolvers<void>();
  const repetition = new Repetition(clock, 100, () => {
    times.push(clock.now());
    return act.promise;
  });
  clock.advance(100);
  clock.advance(500);
  expect(times).toEqual([100]);
  act.resolve();
  act = Promise.withResolvers();
  await settled();
  clock.advance(100);
  expect(times).toEqual([100, 700]);
  let hasEnded = false;
  const ending = repetition[Symbol.asyncDispose]().then(() => (hasEnded = true));
  await settled();
  expect(hasEnded).toBe(false);
  act.resolve();
  await ending;
  clock.advance(1000);
  expect(times).toEqual([100, 700]);
});
