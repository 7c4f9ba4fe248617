import { feedKey, type FeedSelection } from "../feeds/feed.ts";
import type { LoggedLine } from "../feeds/log-buffer.ts";
import { followLog } from "../feeds/log-feed.ts";
import { followTable, type RawTransport } from "../feeds/table-feed.ts";
import type { BackgroundTasks } from "../lib/background.ts";
import type { Clock } from "../lib/time/clock.ts";
import type { Event } from "./state/state.ts";
import type { LogSubscription, Subscriptions } from "./state/subscriptions.ts";

export interface SubscriberOptions {
  readonly transport: RawTransport;
  readonly clock: Clock;
  readonly tasks: BackgroundTasks;
  readonly dispatch: (event: Event) => void;
}

const FRAME_MS = 33;

/** Follows what the state asks for: starts what is new, stops what nobody looks at any more. */
export class Subscriber {
  readonly #options: SubscriberOptions;
  readonly #running = new Map<string, AbortController>();
  #lines: LoggedLine[] = [];
  #isFramePending = false;

  constructor(options: SubscriberOptions) {
    this.#options = options;
  }

  follow({ feeds, logs }: Subscriptions): void {
    const wanted = new Map<string, (abort: AbortController) => void>();
    for (const selection of feeds) wanted.set(feedKey(selection), (abort) => this.#startFeed(selection, abort));
    for (const log of logs) wanted.set(`log ${log.key}`, (abort) => this.#startLog(log, abort));
    const stopped = [...this.#running].filter(([key]) => !wanted.has(key));
    for (const [key, abort] of stopped) {
      this.#running.delete(key);
      abort.abort();
    }
    // Lines of a log that was left must not appear in the next one.
    if (stopped.some(([key]) => key.startsWith("log ")) && logs.length === 0) this.#lines = [];
    for (const [key, start] of wanted) {
      if (this.#running.has(key)) continue;
      const abort = new AbortController();
      this.#running.set(key, abort);
      start(abort);
    }
  }

  #startFeed(selection: FeedSelection, { signal: stopped }: AbortController): void {
    const { transport, clock, tasks, dispatch } = this.#options;
    const key = feedKey(selection);
    tasks.run(`following ${key}`, async (ended) => {
      const signal = AbortSignal.any([ended, stopped]);
      const onContent = (content: Parameters<Parameters<typeof followTable>[0]["onContent"]>[0]): void => {
        if (!signal.aborted) dispatch({ type: "fed", key, content, now: clock.now() });
      };
      await followTable({ transport, selection, clock, signal, onContent });
    });
  }

  #startLog({ key, source, isPrevious }: LogSubscription, { signal: stopped }: AbortController): void {
    const { transport, clock, tasks } = this.#options;
    tasks.run(`reading log ${key}`, async (ended) => {
      const signal = AbortSignal.any([ended, stopped]);
      const onLine = (line: LoggedLine): void => {
        if (!signal.aborted) this.#collect(line);
      };
      await followLog({ transport, source, isPrevious, clock, signal, onLine });
    });
  }

  /** However many lines come, they are shown once a frame. */
  #collect(line: LoggedLine): void {
    this.#lines.push(line);
    if (this.#isFramePending) return;
    this.#isFramePending = true;
    this.#options.clock.setTimeout(() => {
      this.#isFramePending = false;
      const collected = this.#lines;
      this.#lines = [];
      if (collected.length > 0) this.#options.dispatch({ type: "logged", lines: collected });
    }, FRAME_MS);
  }
}
