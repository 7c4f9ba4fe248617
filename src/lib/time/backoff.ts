import { randomFraction } from "../random.ts";

export interface BackoffPolicy {
  readonly initialMs: number;
  readonly maxMs: number;
  readonly factor: number;
  /** Adds up to this fraction of the delay, so that many waiters do not return together. */
  readonly jitter: number;
}

/** Growing delays between attempts at one thing. */
export class Backoff {
  readonly #policy: BackoffPolicy;
  #attempts = 0;

  constructor(policy: BackoffPolicy) {
    this.#policy = policy;
  }

  /** How often `next` was asked since the last reset. */
  get attempts(): number {
    return this.#attempts;
  }

  /** How long to wait before the next attempt. */
  next(): number {
    const { initialMs, maxMs, factor, jitter } = this.#policy;
    const delayMs = Math.min(initialMs * factor ** this.#attempts, maxMs);
    this.#attempts += 1;
    return delayMs * (1 + jitter * randomFraction());
  }

  reset(): void {
    this.#attempts = 0;
  }
}
