import { CompactedError, type StoreEvent, type Watch, type WatchListener } from "./store.ts";

/**
 * Gives every watcher the changes of its prefix, once and in order: first those of the past, page by page so that a long
 * history blocks nobody, then each commit as it happens.
 *
 * A listener that throws has lost events, so its watch ends with what it threw; the others never notice.
 */
export class WatchHub {
  /** Watchers that are up to date, by prefix: events are filtered once per prefix, and the same list goes to all its watchers. */
  #live = new Map<string, Set<Watcher>>();
  #catchingUp = new Set<Watcher>();
  #source: WatchSource;

  constructor(source: WatchSource) {
    this.#source = source;
  }

  watch(prefix: string, after: number, listener: WatchListener): Watch {
    const watcher = new Watcher(this, prefix, after, listener);
    if (after === this.#source.revision) this.#goLive(watcher);
    else this.#catchUp(watcher);
    return watcher;
  }

  /** Call it when the source's revision already includes `events`. */
  publish(events: readonly StoreEvent[]): void {
    const first = events[0];
    if (!first) return;
    for (const [prefix, watchers] of this.#live) {
      const own = prefix === "" ? events : events.filter((event) => event.entry.key.startsWith(prefix));
      if (own.length === 0) continue;
      for (const watcher of watchers) {
        // A listener may start a watch while it is told of these events; the new one begins behind them.
        if (watcher.position < first.entry.revision) this.#deliver(watcher, own);
      }
    }
  }

  close(watcher: Watcher): void {
    watcher.isClosed = true;
    this.#catchingUp.delete(watcher);
    const watchers = this.#live.get(watcher.prefix);
    if (watchers?.delete(watcher) && watchers.size === 0) this.#live.delete(watcher.prefix);
  }

  /** Ends all watches. */
  endAll(reason: Error): void {
    for (const watchers of [this.#catchingUp, ...this.#live.values()]) {
      for (const watcher of watchers) this.#end(watcher, reason);
    }
  }

  #goLive(watcher: Watcher): void {
    const watchers = this.#live.get(watcher.prefix);
    if (watchers) watchers.add(watcher);
    else this.#live.set(watcher.prefix, new Set([watcher]));
  }

  /** History starts in a later turn, so that the caller holds the watch, and can close it, before the first event. */
  #catchUp(watcher: Watcher): void {
    this.#catchingUp.add(watcher);
    setImmediate(() => this.#replayPage(watcher));
  }

  #replayPage(watcher: Watcher): void {
    if (watcher.isClosed) return;
    const { compactedRevision, revision } = this.#source;
    if (watcher.position < compactedRevision) {
      this.#end(watcher, new CompactedError(watcher.position, compactedRevision));
      return;
    }
    const upTo = Math.min(watcher.position + PAGE_REVISIONS, revision);
    let events: readonly StoreEvent[];
    try {
      events = this.#source.events(watcher.prefix, watcher.position, upTo);
    } catch (error) {
      this.#end(watcher, asError(error));
      return;
    }
    watcher.position = upTo;
    this.#catchingUp.delete(watcher);
    // Before the delivery: a listener cannot commit, but it can close the watch, which must find it where it is.
    if (upTo === revision) this.#goLive(watcher);
    else this.#catchUp(watcher);
    if (events.length > 0) this.#deliver(watcher, events);
  }

  #deliver(watcher: Watcher, events: readonly StoreEvent[]): void {
    try {
      watcher.listener.onEvents(events);
    } catch (error) {
      this.#end(watcher, asError(error));
    }
  }

  #end(watcher: Watcher, reason: Error): void {
    if (watcher.isClosed) return;
    this.close(watcher);
    try {
      watcher.listener.onEnd(reason);
    } catch (error) {
      // Nobody is left to tell: a bug, which must not stop the other watchers on its way up.
      reportError(error);
    }
  }
}

/** Where the hub reads the past. */
export interface WatchSource {
  readonly revision: number;
  readonly compactedRevision: number;
  events(prefix: string, after: number, upTo: number): readonly StoreEvent[];
}

/** How many revisions are replayed in one turn. */
const PAGE_REVISIONS = 1000;

class Watcher implements Watch {
  readonly prefix: string;
  readonly listener: WatchListener;
  /** Up to which revision the listener has been told; kept while it catches up. */
  position: number;
  isClosed = false;
  #hub: WatchHub;

  constructor(hub: WatchHub, prefix: string, after: number, listener: WatchListener) {
    this.#hub = hub;
    this.prefix = prefix;
    this.position = after;
    this.listener = listener;
  }

  close(): void {
    this.#hub.close(this);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error("The watch failed", { cause: error });
}
