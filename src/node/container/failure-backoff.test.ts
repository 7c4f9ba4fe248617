import { expect, test } from "bun:test";

import { backoffEnd, CRASH_LOOP, type FailureBackoff, raisedBackoff } from "./failure-backoff.ts";

test("a back-off starts at ten seconds, doubles up to five minutes and is forgotten after ten", () => {
  let backoff: FailureBackoff | undefined;
  let now = 0;
  const delays: number[] = [];
  for (let failure = 0; failure < 8; failure++) {
    delays.push(((backoffEnd(backoff, now, CRASH_LOOP) ?? now) - now) / 1000);
    now = backoffEnd(backoff, now, CRASH_LOOP) ?? now;
    backoff = raisedBackoff(backoff, now, now, CRASH_LOOP);
  }
  expect(delays).toEqual([0, 10, 20, 40, 80, 160, 300, 300]);
  expect(backoffEnd(backoff, now + 600_000, CRASH_LOOP)).toBe(now + 900_000);
  expect(backoffEnd(backoff, now + 600_001, CRASH_LOOP)).toBeUndefined();
});
