import { type FeedContent, feedKey, type FeedSelection } from "../feeds/feed.ts";
import { followTable, type RawTransport } from "../feeds/table-feed.ts";
import type { BackgroundTasks } from "../lib/background.ts";
import { type Clock, sleep } from "../lib/time/clock.ts";

export interface FeedHubOptions {
  readonly transport: RawTransport;
  readonly clock: Clock;
  readonly tasks: BackgroundTasks;
}

type Listener = (content: FeedContent) => void;

interface SharedFeed {
  readonly listeners: Set<Listener>;
  readonly stop: AbortController;
  content: FeedContent | undefined;
}

/** How long a page waits for a list before it is sent without. */
const FIRST_CONTENT_MS = 3000;

/** Follows each selection once, for as many pages as look at it, and only as long as one does. */
export class FeedHub {
  readonly #options: FeedHubOptions;
  readonly #feeds = new Map<string, SharedFeed>();

  constructor(options: FeedHubOptions) {
    this.#options = options;
  }

  /** Tells what is known at once, and then every change; disposing ends that. */
  follow(selection: FeedSelection, listener: Listener): Disposable {
    const key = feedKey(selection);
    const feed = this.#feeds.get(key) ?? this.#start(key, selection);
    feed.listeners.add(listener);
    if (feed.content) listener(feed.content);
    return {
      [Symbol.dispose]: () => {
        feed.listeners.delete(listener);
        if (feed.listeners.size > 0) return;
        feed.stop.abort();
        if (this.#feeds.get(key) === feed) this.#feeds.delete(key);
      },
    };
  }

  /** The content as soon as there is one; undefined if the server takes too long to tell. */
  async first(selection: FeedSelection): Promise<FeedContent | undefined> {
    const { promise, resolve } = Promise.withResolvers<FeedContent>();
    using _following = this.follow(selection, (content) => {
      if (content.status.kind !== "loading") resolve(content);
    });
    const late = new AbortController();
    const waited = sleep(FIRST_CONTENT_MS, { clock: this.#options.clock, signal: late.signal }).catch(() => undefined);
    const content = await Promise.race([promise, waited]);
    late.abort();
    return content ?? undefined;
  }

  #start(key: string, selection: FeedSelection): SharedFeed {
    const feed: SharedFeed = { listeners: new Set(), stop: new AbortController(), content: undefined };
    this.#feeds.set(key, feed);
    const { transport, clock, tasks } = this.#options;
    tasks.run(`following ${key}`, async (ended) => {
      const signal = AbortSignal.any([ended, feed.stop.signal]);
      const onContent = (content: FeedContent): void => {
        if (signal.aborted) return;
        feed.content = content;
        for (const listener of feed.listeners) listener(content);
      };
      await followTable({ transport, selection, clock, signal, onContent });
    });
    return feed;
  }
}
