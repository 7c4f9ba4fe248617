import { expect, test } from "bun:test";

import { pastMoment } from "./past-moment.ts";

const now = Date.parse("2026-11-28T12:00:00Z");

test.each([
  ["812", "812"],
  ["10m", "2026-11-28T11:50:00.000Z"],
  ["1h30m ago", "2026-11-28T10:30:00.000Z"],
  ["2026-11-28T11:00:00+01:00", "2026-11-28T10:00:00.000Z"],
  ["yesterday", undefined],
  ["25:00", undefined],
  ["-5m", undefined],
  ["before-upgrade", undefined],
] as const)("pastMoment reads %p as %p", (text, expected) => {
  expect(pastMoment(text, now)).toBe(expected);
});

test("pastMoment takes a time of day for the last time it was", () => {
  const early = new Date(now - 60_000);
  const text = `${early.getHours()}:${String(early.getMinutes()).padStart(2, "0")}`;
  expect(pastMoment(text, now)).toBe(early.toISOString());
  const late = new Date(now + 60_000);
  const tomorrow = `${late.getHours()}:${String(late.getMinutes()).padStart(2, "0")}`;
  expect(pastMoment(tomorrow, now)).toBe(new Date(late.getTime() - 86_400_000).toISOString());
});
