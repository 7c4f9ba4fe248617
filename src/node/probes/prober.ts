import type { Probe } from "../../api/types/core-v1.ts";
import { type Clock, sleep } from "../../lib/time/clock.ts";
import type { ProbeOutcome } from "../pod/pod-state.ts";
import type { ProbeKind, ProbeResult } from "./probe-result.ts";
import { NO_STREAK, probeVerdict } from "./probe-thresholds.ts";

export interface ProberOptions {
  readonly kind: ProbeKind;
  readonly probe: Probe;
  readonly containerStartedAt: number;
  readonly clock: Clock;
  readonly run: (signal: AbortSignal) => Promise<ProbeResult>;
  /** Told each single result. */
  readonly onResult: (result: ProbeResult) => void;
  /** Told when enough results in a row agree. */
  readonly onOutcome: (outcome: ProbeOutcome) => void;
}

/** Runs one probe of one container in its period, until its verdict is final or the signal aborts. */
export async function probeUntilDecided(options: ProberOptions, signal: AbortSignal): Promise<void> {
  const { kind, probe, containerStartedAt, clock, run, onResult, onOutcome } = options;
  let nextAt = containerStartedAt + (probe.initialDelaySeconds ?? 0) * 1000;
  let streak = NO_STREAK;
  for (;;) {
    await sleep(Math.max(nextAt - clock.now(), 0), { clock, signal });
    nextAt = clock.now() + Math.max(probe.periodSeconds ?? 10, 1) * 1000;
    const result = await run(signal);
    onResult(result);
    const verdict = probeVerdict(kind, probe, streak, result);
    streak = verdict.streak;
    if (verdict.outcome) onOutcome(verdict.outcome);
    if (verdict.isFinal) return;
  }
}
