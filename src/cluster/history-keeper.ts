import { errorText, type Logger } from "../lib/logger.ts";
import type { Clock, Timer } from "../lib/time/clock.ts";
import type { Store } from "../store/store.ts";

const INTERVAL_MS = 60_000;

export interface HistoryKeeperOptions {
  readonly store: Store;
  /** How long a revision can still be read and watched from; at least. */
  readonly keepMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Forgets history that is older than `keepMs`, so that neither the database nor memory grows for ever. It looks once a minute which
 * revision is the newest, and forgets what was the newest `keepMs` ago.
 */
export class HistoryKeeper implements AsyncDisposable {
  readonly #options: HistoryKeeperOptions;
  readonly #seen: { readonly at: number; readonly revision: number }[] = [];
  #timer: Timer | undefined;
  #running: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(options: HistoryKeeperOptions) {
    this.#options = options;
    this.#arm();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#running;
  }

  #arm(): void {
    if (this.#isStopped) return;
    this.#timer = this.#options.clock.setTimeout(() => {
      this.#running = this.#turn().finally(() => this.#arm());
    }, INTERVAL_MS);
  }

  async #turn(): Promise<void> {
    const { store, keepMs, clock, log } = this.#options;
    try {
      const now = clock.now();
      this.#seen.push({ at: now, revision: await store.revision() });
      const old = this.#seen.findLastIndex(({ at }) => at <= now - keepMs);
      const revision = this.#seen[old]?.revision;
      if (revision === undefined) return;
      this.#seen.splice(0, old);
      if (revision > (await store.compactedRevision())) await store.compact(revision);
    } catch (error) {
      // A full disk passes; the next minute tries again.
      log.warn(`History could not be shortened: ${errorText(error)}`);
    }
  }
}
