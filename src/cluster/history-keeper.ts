import { errorText, type Logger } from "../lib/logger.ts";
import type { Clock } from "../lib/time/clock.ts";
import { Repetition } from "../lib/time/repetition.ts";
import type { Store } from "../store/store.ts";

const INTERVAL_MS = 60_000;

export interface HistoryKeeperOptions {
  readonly store: Store;
  /** How long a revision can still be read and watched from; at least, unless it takes more than `keepBytes`. */
  readonly keepMs: number;
  readonly keepBytes: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Whatever its size, so much is kept that clients which were away for less resume their watches and lists; as upstream. */
const LEAST_MS = 5 * 60_000;

/**
 * Forgets history that is older than `keepMs` or takes more room than it may, so that neither the database nor memory grows for ever.
 * It looks once a minute. A store that was stopped is not younger for that: changes carry their time.
 */
export class HistoryKeeper implements AsyncDisposable {
  readonly #repetition: Repetition;
  readonly #options: HistoryKeeperOptions;

  constructor(options: HistoryKeeperOptions) {
    this.#options = options;
    this.#repetition = new Repetition(options.clock, INTERVAL_MS, () => this.#turn());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#repetition[Symbol.asyncDispose]();
  }

  async #turn(): Promise<void> {
    const { store, clock, log } = this.#options;
    try {
      const now = clock.now();
      const [byAge, bySize, recent] = await Promise.all([
        store.revisionAt(now - Math.max(this.#options.keepMs, LEAST_MS)),
        this.#tooMuch(),
        store.revisionAt(now - LEAST_MS),
      ]);
      const revision = Math.max(byAge ?? 0, Math.min(bySize, recent ?? 0));
      if (revision > (await store.compactedRevision())) await store.compact(revision);
    } catch (error) {
      // A full disk passes; the next minute tries again.
      log.warn(`History could not be shortened: ${errorText(error)}`);
    }
  }

  /** Up to which revision history has to go so that the rest has room; 0 when it has. Changes are taken to be of one size. */
  async #tooMuch(): Promise<number> {
    const { store, keepBytes } = this.#options;
    const { bytes } = await store.historySize();
    if (bytes <= keepBytes) return 0;
    const [oldest, newest] = await Promise.all([store.compactedRevision(), store.revision()]);
    return oldest + Math.ceil((newest - oldest) * (1 - (0.9 * keepBytes) / bytes));
  }
}
