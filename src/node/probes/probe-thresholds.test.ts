import { expect, test } from "bun:test";

import { type ProbeKind, type ProbeResult } from "./probe-result.ts";
import { NO_STREAK, probeVerdict } from "./probe-thresholds.ts";

/** The outcomes after each of the results; "-" where nothing is decided, "!" where it is final. */
function outcomes(kind: ProbeKind, results: string, thresholds = { failureThreshold: 3, successThreshold: 1 }): string {
  let streak = NO_STREAK;
  return results
    .split("")
    .map((letter) => {
      const verdict = probeVerdict(kind, thresholds, streak, RESULTS[letter] ?? { outcome: "success" });
      streak = verdict.streak;
      return `${verdict.outcome?.at(0) ?? "-"}${verdict.isFinal ? "!" : ""}`;
    })
    .join(" ");
}

const RESULTS: Readonly<Record<string, ProbeResult>> = {
  f: { outcome: "failure", output: "" },
  w: { outcome: "warning", output: "" },
  e: { outcome: "error", output: "" },
};

test("probeVerdict needs as many failures in a row as the threshold says", () => {
  expect(outcomes("readiness", "ffsfff")).toBe("- - s - - f");
});

test("probeVerdict counts successes too, and a warning as one", () => {
  expect(outcomes("readiness", "swfsw", { failureThreshold: 1, successThreshold: 2 })).toBe("- s f - s");
});

test("probeVerdict learns nothing from a probe that could not run", () => {
  expect(outcomes("liveness", "fefef")).toBe("- - - - f!");
});

test("probeVerdict ends startup probes by any decision and liveness probes by a failure", () => {
  expect(outcomes("startup", "fs")).toBe("- s!");
  expect(outcomes("startup", "fff")).toBe("- - f!");
  expect(outcomes("liveness", "s")).toBe("s");
  expect(outcomes("readiness", "fff")).toBe("- - f");
});
