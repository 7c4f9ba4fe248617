import { expect, test } from "bun:test";

import { FakeClock } from "../../lib/time/fake-clock.ts";
import { UserError } from "../../lib/user-error.ts";
import { type Check, type Finding, ok, runChecks } from "./check.ts";
import { examine } from "./patient.ts";
import { reportText } from "./report-text.ts";

const check = (name: string, probe: Check["probe"], timeoutMs = 1000): Check => ({ name, timeoutMs, probe });

test("runChecks lets no check that hangs hold up the others, and keeps their order", async () => {
  const clock = new FakeClock();
  const answered = Promise.withResolvers<Finding>();
  const running = runChecks(
    [
      check("hangs", async () => await new Promise(() => {}), 3000),
      check("answers", async () => await answered.promise),
    ],
    examine("kube", { env: {}, clock }),
    clock,
  );
  clock.advance(500);
  answered.resolve(ok("It is there"));
  await answered.promise;
  clock.advance(2500);
  expect(await running).toEqual([
    { name: "hangs", result: "failure", why: "No answer within 3 s", mend: expect.any(String), ms: 3000 },
    { name: "answers", result: "ok", why: "It is there", ms: expect.any(Number) },
  ]);
});

test("runChecks makes a failure of what a check throws, with the hint as what mends it", async () => {
  const clock = new FakeClock();
  const reports = await runChecks(
    [
      check("user", () => Promise.reject(new UserError("Docker does not answer", { hint: "Start Docker" }))),
      check("bug", () => Promise.reject(new TypeError("undefined is no function"))),
    ],
    examine("kube", { env: {}, clock }),
    clock,
  );
  expect(reports).toEqual([
    { name: "user", result: "failure", why: "Docker does not answer", mend: "Start Docker", ms: 0 },
    { name: "bug", result: "failure", why: "Cannot check bug: undefined is no function", ms: 0 },
  ]);
});

test("reportText is a table with what mends a row below it", () => {
  expect(
    reportText([
      { name: "docker", result: "failure", why: "It is gone", mend: "Start Docker", ms: 12.4 },
      { name: "address ranges", result: "ok", why: "All clear", ms: 3 },
      { name: "clock", result: "skipped", why: "No Docker", ms: 0 },
    ]),
  ).toBe(`CHECK            RESULT        TIME   WHY
docker           failure      12 ms   It is gone
                                      -> Start Docker
address ranges   ok            3 ms   All clear
clock            skipped       0 ms   No Docker

1 ok, 1 failure, 1 skipped
`);
});
