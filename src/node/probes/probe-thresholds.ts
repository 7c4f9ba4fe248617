import type { Probe } from "../../api/types/core-v1.ts";
import type { ProbeOutcome } from "../pod/pod-state.ts";
import type { ProbeKind, ProbeResult } from "./probe-result.ts";

/** How the latest results of a probe run in a row. */
export interface ProbeStreak {
  readonly of: "success" | "failure" | undefined;
  readonly length: number;
}

export const NO_STREAK: ProbeStreak = { of: undefined, length: 0 };

export interface ProbeVerdict {
  readonly streak: ProbeStreak;
  /** Undefined: below the threshold, so what was true before stays true. */
  readonly outcome: ProbeOutcome | undefined;
  /** The container's fate is decided: no more probing until there is a new one. */
  readonly isFinal: boolean;
}

/** What a result means after those before it. */
export function probeVerdict(
  kind: ProbeKind,
  probe: Probe,
  streak: ProbeStreak,
  { outcome: result }: ProbeResult,
): ProbeVerdict {
  if (result === "error") return { streak, outcome: undefined, isFinal: false };
  const outcome = result === "failure" ? "failure" : "success";
  const length = streak.of === outcome ? streak.length + 1 : 1;
  const threshold = outcome === "failure" ? (probe.failureThreshold ?? 3) : (probe.successThreshold ?? 1);
  if (length < threshold) return { streak: { of: outcome, length }, outcome: undefined, isFinal: false };
  const isFinal = kind === "startup" || (kind === "liveness" && outcome === "failure");
  return { streak: { of: outcome, length }, outcome, isFinal };
}
