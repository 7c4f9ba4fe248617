import { expect, test } from "bun:test";

import { cronProblem, isTimeZone } from "./cron.ts";

test.each([
  "* * * * *",
  "0 5 * * *",
  "*/15 0-6,12 1-31/2 JAN-mar Mon",
  "  0   0 ? * 0 ",
  "@daily",
  "@every 1h30m",
  "TZ=UTC 0 0 * * *",
  "CRON_TZ=Europe/Berlin @hourly",
])("%s is a schedule", (schedule) => {
  expect(cronProblem(schedule)).toBeUndefined();
});

test.each([
  ["", "empty spec string"],
  ["* * * *", "expected exactly 5 fields, found 4: [* * * *]"],
  ["error schedule", "expected exactly 5 fields, found 2: [error schedule]"],
  ["60 * * * *", "end of range (60) above maximum (59): 60"],
  ["* * 0 * *", "beginning of range (0) below minimum (1): 0"],
  ["5-3 * * * *", "beginning of range (5) beyond end of range (3): 5-3"],
  ["1-2-3 * * * *", "too many hyphens: 1-2-3"],
  ["*/2/3 * * * *", "too many slashes: */2/3"],
  ["*/0 * * * *", "step of range should be a positive number: */0"],
  ["x * * * *", 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax'],
  ["* * * * funday", 'failed to parse int from funday: strconv.Atoi: parsing "funday": invalid syntax'],
  ["@never", "unrecognized descriptor: @never"],
  ["@every soon", 'failed to parse duration @every soon: time: invalid duration "soon"'],
  ["TZ=Moon/Base * * * * *", "provided bad location Moon/Base: unknown time zone Moon/Base"],
])("%s is none", (schedule, problem) => {
  expect(cronProblem(schedule)).toBe(problem);
});

test("isTimeZone knows names and aliases", () => {
  expect(["UTC", "Europe/Berlin", "US/Pacific"].every(isTimeZone)).toBeTrue();
  expect(["Moon/Base", "+01:00"].some(isTimeZone)).toBeFalse();
});
