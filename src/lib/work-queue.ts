import { Backoff, type BackoffPolicy } from "./time/backoff.ts";
import type { Clock, Timer } from "./time/clock.ts";

export interface WorkQueueOptions {
  readonly clock: Clock;
  /** How many keys are worked on at the same time. */
  readonly workers: number;
  /** A failure puts the key back after a growing delay; success forgets earlier failures. */
  readonly process: (key: string, signal: AbortSignal) => Promise<void>;
  /** Told about every failure, with the time until the next attempt. */
  readonly onFailure: (key: string, error: unknown, retryAfterMs: number) => void;
  readonly backoff?: BackoffPolicy;
  /** Told of everything that happens to keys. */
  readonly observer?: WorkQueueObserver;
}

export interface WorkQueueObserver {
  added(key: string): void;
  begun(key: string): void;
  ended(key: string): void;
  retried(): void;
}

const DEFAULT_BACKOFF: BackoffPolicy = { initialMs: 5, maxMs: 60_000, factor: 2, jitter: 0.1 };

/**
 * Keys waiting to be worked on. A key waits at most once however often it is added, is never worked on twice at the same
 * time, and is worked on again if it was added meanwhile: whoever processes a key sees everything that happened before.
 */
export class WorkQueue implements AsyncDisposable {
  readonly #options: WorkQueueOptions;
  readonly #waiting = new Set<string>();
  readonly #processing = new Map<string, Promise<void>>();
  readonly #delayed = new Map<string, { readonly at: number; readonly timer: Timer }>();
  readonly #backoffs = new Map<string, Backoff>();
  readonly #abort = new AbortController();
  #isPumpPlanned = false;

  constructor(options: WorkQueueOptions) {
    this.#options = options;
  }

  /** Keys that wait to be worked on now. */
  get length(): number {
    return this.#waiting.size;
  }

  add(key: string): void {
    if (this.#abort.signal.aborted) return;
    if (!this.#waiting.has(key)) this.#options.observer?.added(key);
    this.#waiting.add(key);
    this.#planPump();
  }

  /** Adds the key after `delayMs`. Of several delays for one key the earliest counts. */
  addAfter(key: string, delayMs: number): void {
    if (this.#abort.signal.aborted) return;
    const at = this.#options.clock.now() + delayMs;
    const delayed = this.#delayed.get(key);
    if (delayed && delayed.at <= at) return;
    delayed?.timer.cancel();
    const timer = this.#options.clock.setTimeout(() => {
      this.#delayed.delete(key);
      this.add(key);
    }, delayMs);
    this.#delayed.set(key, { at, timer });
  }

  /** Forgets what waits and resolves when the keys being worked on are done. */
  async stop(): Promise<void> {
    this.#abort.abort(new Error("Stopped"));
    for (const { timer } of this.#delayed.values()) timer.cancel();
    this.#delayed.clear();
    this.#waiting.clear();
    await Promise.allSettled(this.#processing.values());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** Work starts in a turn of its own, so that a burst of adds is one piece of work and I/O gets its share. */
  #planPump(): void {
    if (this.#isPumpPlanned || this.#waiting.size === 0) return;
    this.#isPumpPlanned = true;
    setImmediate(() => {
      this.#isPumpPlanned = false;
      this.#pump();
    });
  }

  #pump(): void {
    for (const key of this.#waiting) {
      if (this.#processing.size >= this.#options.workers) return;
      if (this.#processing.has(key)) continue;
      this.#waiting.delete(key);
      this.#processing.set(key, this.#work(key));
    }
  }

  async #work(key: string): Promise<void> {
    const { observer } = this.#options;
    observer?.begun(key);
    try {
      await this.#options.process(key, this.#abort.signal);
      this.#backoffs.delete(key);
    } catch (error) {
      this.#retryLater(key, error);
    } finally {
      observer?.ended(key);
      this.#processing.delete(key);
      this.#planPump();
    }
  }

  #retryLater(key: string, error: unknown): void {
    if (this.#abort.signal.aborted) return;
    this.#options.observer?.retried();
    const backoff = this.#backoffs.get(key) ?? new Backoff(this.#options.backoff ?? DEFAULT_BACKOFF);
    this.#backoffs.set(key, backoff);
    const delayMs = backoff.next();
    this.#options.onFailure(key, error, delayMs);
    this.addAfter(key, delayMs);
  }
}
