/**
 * The only source of time. Everything that waits or reads the time takes a Clock, so that tests decide what time it is.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `callback` once after `delayMs`. The timer does not keep the process alive by itself. */
  setTimeout(callback: () => void, delayMs: number): Timer;
}

export interface Timer extends Disposable {
  cancel(): void;
}

/** Timers longer than this overflow to "at once" in the platform; a longer one is cut and rearmed. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout(callback, delayMs) {
    let handle: ReturnType<typeof globalThis.setTimeout>;
    const arm = (remainingMs: number): void => {
      const stepMs = Math.min(Math.max(remainingMs, 0), LONGEST_TIMEOUT_MS);
      handle = globalThis.setTimeout(() => (remainingMs > stepMs ? arm(remainingMs - stepMs) : callback()), stepMs);
      handle.unref();
    };
    arm(delayMs);
    const cancel = (): void => globalThis.clearTimeout(handle);
    return { cancel, [Symbol.dispose]: cancel };
  },
};

/** Waits `delayMs`; rejects with the signal's reason when it aborts first. */
export function sleep(
  delayMs: number,
  { clock, signal }: { clock: Clock; signal?: AbortSignal | undefined },
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(reasonOf(signal));
    const onAbort = (): void => {
      timer.cancel();
      reject(signal ? reasonOf(signal) : new Error("Aborted"));
    };
    const timer = clock.setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, delayMs);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error("Aborted", { cause: signal.reason });
}

/** `2026-11-21T09:00:00Z`: Kubernetes keeps metadata times to the second. */
export function timestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

/** `2026-11-21T09:00:00.000000Z`: the form of Lease and Event times. */
export function microTimestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}000Z`;
}

/** `2026-11-21T09:00:00.000000000Z`: the form of times in container logs. */
export function nanoTimestamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}000000Z`;
}
