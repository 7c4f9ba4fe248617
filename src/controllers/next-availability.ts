import { podAvailableAt } from "../api/pod-readiness.ts";
import type { Pod } from "../api/types/core-v1.ts";
import type { Action } from "./actions.ts";

/** A ready pod becomes available by time passing, which no event tells. */
export function nextAvailability(pods: readonly Pod[], minReadySeconds: number, nowMs: number): readonly Action[] {
  if (minReadySeconds === 0) return [];
  const waits = pods.map((pod) => (podAvailableAt(pod, minReadySeconds) ?? 0) - nowMs).filter((waitMs) => waitMs > 0);
  return waits.length === 0 ? [] : [{ do: "lookAgain", afterMs: Math.min(...waits) }];
}
