/**
 * Back-off as the kubelet keeps it (client-go's flowcontrol.Backoff): the first retry is immediate, then the delay doubles up to a
 * longest one, and is forgotten after twice the longest delay without trouble.
 */
export interface FailureBackoff {
  readonly delayMs: number;
  /** When the delay was last raised. */
  readonly raisedAt: number;
}

export interface BackoffLimits {
  readonly initialMs: number;
  readonly longestMs: number;
}

export const CRASH_LOOP: BackoffLimits = { initialMs: 10_000, longestMs: 300_000 };
/** pkg/volume/util/operationexecutor: half a second, doubling to two minutes and two seconds. */
export const VOLUME_MOUNT: BackoffLimits = { initialMs: 500, longestMs: 122_000 };
export const IMAGE_PULL: BackoffLimits = { initialMs: 10_000, longestMs: 300_000 };

/** Until when to wait after a failure at `failedAt`; undefined: no need to. */
export function backoffEnd(
  backoff: FailureBackoff | undefined,
  failedAt: number,
  limits: BackoffLimits,
): number | undefined {
  if (!backoff || isForgotten(backoff, failedAt, limits)) return undefined;
  return failedAt + backoff.delayMs;
}

/** The delay for the failure after one at `failedAt`, raised at `now`. */
export function raisedBackoff(
  backoff: FailureBackoff | undefined,
  failedAt: number,
  now: number,
  limits: BackoffLimits,
): FailureBackoff {
  const delayMs =
    !backoff || isForgotten(backoff, failedAt, limits)
      ? limits.initialMs
      : Math.min(backoff.delayMs * 2, limits.longestMs);
  return { delayMs, raisedAt: now };
}

function isForgotten(backoff: FailureBackoff, failedAt: number, limits: BackoffLimits): boolean {
  return failedAt - backoff.raisedAt > 2 * limits.longestMs;
}
