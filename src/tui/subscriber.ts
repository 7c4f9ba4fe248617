import { feedKey, type FeedSelection } from "../feeds/feed.ts";
import type { LoggedLine } from "../feeds/log-buffer.ts";
import { followLog } from "../feeds/log-feed.ts";
import { followTable, type RawTransport } from "../feeds/table-feed.ts";
import { followUsage, usageKey, type UsageSelection } from "../feeds/usage.ts";
import type { BackgroundTasks } from "../lib/background.ts";
import { type Clock, sleep } from "../lib/time/clock.ts";
import type { AccessRules } from "./state/access.ts";
import type { Event, ObjectText } from "./state/state.ts";
import type { LogSubscription, Subscriptions, TextSubscription } from "./state/subscriptions.ts";

export interface SubscriberOptions {
  readonly transport: RawTransport;
  /** Runs a command that writes about an object. */
  readonly write: (args: readonly string[], signal: AbortSignal) => Promise<ObjectText>;
  /** Asks what the user may do in a namespace. */
  readonly askAccess: (namespace: string) => Promise<AccessRules>;
  readonly clock: Clock;
  readonly tasks: BackgroundTasks;
  readonly dispatch: (event: Event) => void;
}

const FRAME_MS = 33;
/** An object that changes all the time is described again at most so often. */
const TEXT_PAUSE_MS = 1000;

/** Follows what the state asks for: starts what is new, stops what nobody looks at any more. */
export class Subscriber {
  readonly #options: SubscriberOptions;
  readonly #running = new Map<string, AbortController>();
  readonly #writtenAt = new Map<string, number>();
  #lines: LoggedLine[] = [];
  #isFramePending = false;

  constructor(options: SubscriberOptions) {
    this.#options = options;
  }

  follow({ feeds, logs, texts, usage, access }: Subscriptions): void {
    const wanted = new Map<string, (abort: AbortController) => void>();
    for (const selection of feeds) wanted.set(feedKey(selection), (abort) => this.#startFeed(selection, abort));
    for (const log of logs) wanted.set(`log ${log.key}`, (abort) => this.#startLog(log, abort));
    for (const text of texts)
      wanted.set(`text ${text.textKey} ${text.version}`, (abort) => this.#startText(text, abort));
    for (const selection of usage)
      wanted.set(`usage ${usageKey(selection)}`, (abort) => this.#startUsage(selection, abort));
    for (const namespace of access) wanted.set(`access ${namespace}`, () => this.#startAccess(namespace));
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

  /** Ends everything; what is followed next begins anew. */
  stop(): void {
    this.follow({ feeds: [], logs: [], texts: [], usage: [], access: [] });
    this.#writtenAt.clear();
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

  #startLog({ key, source, isPrevious, sinceSeconds }: LogSubscription, { signal: stopped }: AbortController): void {
    const { transport, clock, tasks } = this.#options;
    tasks.run(`reading log ${key}`, async (ended) => {
      const signal = AbortSignal.any([ended, stopped]);
      const onLine = (line: LoggedLine): void => {
        if (!signal.aborted) this.#collect(line);
      };
      await followLog({ transport, source, isPrevious, sinceSeconds, clock, signal, onLine });
    });
  }

  #startText({ textKey, args }: TextSubscription, { signal: stopped }: AbortController): void {
    const { write, clock, tasks, dispatch } = this.#options;
    tasks.run(`writing ${textKey}`, async (ended) => {
      const signal = AbortSignal.any([ended, stopped]);
      const waitMs = (this.#writtenAt.get(textKey) ?? -Infinity) + TEXT_PAUSE_MS - clock.now();
      if (waitMs > 0) await sleep(waitMs, { clock, signal });
      this.#writtenAt.set(textKey, clock.now());
      const content = await write(args, signal);
      if (!signal.aborted) dispatch({ type: "texted", key: textKey, content });
    });
  }

  #startUsage(selection: UsageSelection, { signal: stopped }: AbortController): void {
    const { transport, clock, tasks, dispatch } = this.#options;
    const key = usageKey(selection);
    tasks.run(`measuring ${key}`, async (ended) => {
      const signal = AbortSignal.any([ended, stopped]);
      await followUsage({
        transport,
        selection,
        clock,
        signal,
        onSamples: (samples) => void (signal.aborted || dispatch({ type: "measured", key, samples })),
      });
    });
  }

  /** Who cannot be told what is allowed finds out by trying. */
  #startAccess(namespace: string): void {
    const { askAccess, tasks, dispatch } = this.#options;
    tasks.run(`asking for access in ${namespace}`, async () => {
      const rules = await askAccess(namespace).catch(() => ({ rules: [], isComplete: false }));
      dispatch({ type: "allowed", namespace, rules });
    });
  }

  /** However many lines come, they are shown once a frame; those of several containers in the order they were written. */
  #collect(line: LoggedLine): void {
    this.#lines.push(line);
    if (this.#isFramePending) return;
    this.#isFramePending = true;
    this.#options.clock.setTimeout(() => {
      this.#isFramePending = false;
      const collected = this.#lines;
      this.#lines = [];
      if (collected.length > 0) this.#options.dispatch({ type: "logged", lines: collected.toSorted(byTime) });
    }, FRAME_MS);
  }
}

/** Stable: what has no time of its own stays where it came. */
function byTime({ timestamp: left }: LoggedLine, { timestamp: right }: LoggedLine): number {
  if (left === "" || right === "") return 0;
  return left < right ? -1 : left > right ? 1 : 0;
}
