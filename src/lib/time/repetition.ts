import type { Clock, Timer } from "./clock.ts";

/** Does something again and again, each time `intervalMs` after the last has ended. Disposing waits for one that is under way. */
export class Repetition implements AsyncDisposable {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  /** Handles its own failures: nobody else would be told. */
  readonly #act: () => Promise<void>;
  #timer: Timer | undefined;
  #running: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(clock: Clock, intervalMs: number, act: () => Promise<void>) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#act = act;
    this.#arm();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#running;
  }

  #arm(): void {
    if (this.#isStopped) return;
    this.#timer = this.#clock.setTimeout(() => {
      this.#running = this.#act().finally(() => this.#arm());
    }, this.#intervalMs);
  }
}
