import { errorText, type Logger } from "../lib/logger.ts";
import type { Clock, Timer } from "../lib/time/clock.ts";

export interface CoalescedWorkOptions {
  /** What the log says failed. */
  readonly name: string;
  /** Makes the world as it is wanted now. */
  readonly work: () => Promise<void>;
  /** Changes within this time are one update. */
  readonly delayMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

const RETRY_MS = 1000;

/** Level-based work: it always uses the newest state, one run at a time, again when something changed meanwhile or the last run failed. */
export class CoalescedWork implements AsyncDisposable {
  readonly #options: CoalescedWorkOptions;
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #isWanted = false;
  #isStopped = false;

  constructor(options: CoalescedWorkOptions) {
    this.#options = options;
  }

  trigger(): void {
    this.#isWanted = true;
    this.#schedule(this.#options.delayMs);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#running;
  }

  #schedule(delayMs: number): void {
    if (this.#isStopped || this.#timer || this.#running) return;
    this.#timer = this.#options.clock.setTimeout(() => {
      this.#timer = undefined;
      this.#running = this.#turn().then((nextMs) => {
        this.#running = undefined;
        if (this.#isWanted) this.#schedule(nextMs);
      });
    }, delayMs);
  }

  /** Returns how long to wait before what is wanted by then is done. */
  async #turn(): Promise<number> {
    const { name, work, delayMs, log } = this.#options;
    this.#isWanted = false;
    try {
      await work();
      return delayMs;
    } catch (error) {
      log.error(`${name} failed: ${errorText(error)}`, { error });
      this.#isWanted = true;
      return RETRY_MS;
    }
  }
}
