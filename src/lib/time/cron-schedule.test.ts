import { expect, test } from "bun:test";

import { cronSchedule } from "./cron-schedule.ts";

test.each([
  ["* * * * *", "UTC", "2026-01-01T00:00:30Z", "2026-01-01T00:01:00Z"],
  ["* * * * *", "UTC", "2026-01-01T00:01:00Z", "2026-01-01T00:02:00Z"],
  ["*/15 9-17 * * mon-fri", "UTC", "2026-01-02T17:50:00Z", "2026-01-05T09:00:00Z"],
  ["30 6 1,15 * *", "UTC", "2026-01-02T00:00:00Z", "2026-01-15T06:30:00Z"],
  // Day of month or day of week, where both are given.
  ["0 0 13 * 5", "UTC", "2026-01-03T00:00:00Z", "2026-01-09T00:00:00Z"],
  ["0 0 29 feb *", "UTC", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"],
  ["@daily", "UTC", "2026-01-01T10:00:00Z", "2026-01-02T00:00:00Z"],
  ["@every 1h30m", "UTC", "2026-01-01T10:00:00.250Z", "2026-01-01T11:30:00Z"],
  ["0 8 * * *", "Europe/Berlin", "2026-01-01T00:00:00Z", "2026-01-01T07:00:00Z"],
  ["0 8 * * *", "Europe/Berlin", "2026-07-01T00:00:00Z", "2026-07-01T06:00:00Z"],
  ["TZ=Asia/Tokyo 0 9 * * *", "UTC", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"],
  // The clocks jump from two to three o'clock: half past two is not shown that day.
  ["30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-30T00:30:00Z"],
  // They go back from three to two: half past two comes twice, and counts once.
  ["30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"],
  ["30 2 * * *", "Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"],
])("cronSchedule of %p in %s after %s is next at %s", (text, zone, after, expected) => {
  const next = cronSchedule(text, zone).next(Date.parse(after));
  expect(next === undefined ? undefined : new Date(next).toISOString().replace(".000Z", "Z")).toBe(expected);
});

test("cronSchedule never comes to the 31st of February", () => {
  expect(cronSchedule("0 0 31 2 *", "UTC").next(Date.parse("2026-01-01T00:00:00Z"))).toBeUndefined();
});
