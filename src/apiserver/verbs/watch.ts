import { internalError, isApiError } from "../../api/api-error.ts";
import { errorText } from "../../lib/logger.ts";
import { randomFraction } from "../../lib/random.ts";
import { CompactedError, FutureRevisionError, type StoreEvent, type Watch } from "../../store/store.ts";
import { watchFrames } from "../answers/watch-frames.ts";
import type { ApiRequest, WatchAnswer, WatchFrame, WatchSink } from "../api-request.ts";
import { watchOptions, type WatchOptions } from "../list-options.ts";
import { checkNotFuture, futureVersion, tooOld } from "../resource-version.ts";
import { selectionOf, type Selection } from "../selection.ts";
import type { ServerContext } from "../server-context.ts";

/** Watches without a limit of their own end after half an hour to an hour, so that they spread over restarted servers. */
const DEFAULT_TIMEOUT_MIN_SECONDS = 1800;
const BOOKMARK_INTERVAL_MS = 60_000;
/** The last bookmark comes shortly before the end, so that the next watch has little to catch up with. */
const LAST_BOOKMARK_LEAD_MS = 2_000;

export async function watch(context: ServerContext, request: ApiRequest): Promise<WatchAnswer> {
  const options = watchOptions(request);
  const selection = selectionOf(request);
  // Nobody can have seen a future version: answered before the stream begins, so that clients see a refusal.
  if (options.resourceVersion) await checkNotFuture(context, options.resourceVersion);
  return {
    form: "watch",
    resource: request.resource,
    start: (sink) => {
      const session = new WatchSession(context, request, options, selection, sink);
      session.start();
      return () => session.close();
    },
  };
}

/** One watch from its first event to its end. */
class WatchSession {
  readonly #context: ServerContext;
  readonly #request: ApiRequest;
  readonly #options: WatchOptions;
  readonly #selection: Selection;
  readonly #sink: WatchSink;
  readonly #timers = new DisposableStack();
  #watch: Watch | undefined;
  /** The end of the preparations that are under way: what is sent later waits for it. */
  #preparing: Promise<void> | undefined;
  #isClosed = false;

  constructor(
    context: ServerContext,
    request: ApiRequest,
    options: WatchOptions,
    selection: Selection,
    sink: WatchSink,
  ) {
    this.#context = context;
    this.#request = request;
    this.#options = options;
    this.#selection = selection;
    this.#sink = sink;
  }

  start(): void {
    this.#follow().catch((error: unknown) => this.#fail(error));
    const { retired } = this.#request.resource;
    if (retired) this.#endWith(retired);
    const { timeoutSeconds } = this.#options;
    const seconds = timeoutSeconds || DEFAULT_TIMEOUT_MIN_SECONDS * (1 + randomFraction());
    this.#after(seconds * 1000, () => this.#end());
    if (!this.#options.allowBookmarks) return;
    this.#after(Math.max(seconds * 1000 - LAST_BOOKMARK_LEAD_MS, 0), () => this.#bookmark());
    this.#bookmarkRegularly();
  }

  close(): void {
    this.#isClosed = true;
    this.#watch?.close();
    this.#timers.dispose();
  }

  async #follow(): Promise<void> {
    const { store } = this.#context;
    const prefix = this.#prefix();
    const after = await this.#initialRevision(prefix);
    if (this.#isClosed) return;
    const opened = await store.watch(prefix, after, {
      onEvents: (events) => this.#onEvents(events),
      onEnd: (reason) => this.#fail(reason),
    });
    if (this.#isClosed) opened.close();
    else this.#watch = opened;
  }

  #prefix(): string {
    const { storage } = this.#request.resource;
    const { namespace, name } = this.#selection;
    return name === undefined ? storage.keyPrefix(namespace) : storage.keyPrefix(namespace) + name;
  }

  /** Where the stream starts; before it, if the request asks for that, comes everything that is there. */
  async #initialRevision(prefix: string): Promise<number> {
    const { resourceVersion, sendInitialEvents } = this.#options;
    const startsWithState = sendInitialEvents ?? !resourceVersion;
    if (!startsWithState) return resourceVersion || (await this.#context.store.revision());

    const { items, revision } = await this.#context.store.range(prefix);
    await this.#request.resource.storage.prepare(items);
    const frames: WatchFrame[] = [];
    for (const entry of items) {
      if (this.#selects(entry.key) && this.#selection.matches(this.#request.resource.storage.read(entry))) {
        frames.push({ type: "ADDED", entry });
      }
    }
    if (sendInitialEvents && this.#options.allowBookmarks) {
      frames.push({ type: "BOOKMARK", revision, endsInitialEvents: true });
    }
    this.#send(frames);
    return revision;
  }

  /** A prefix that ends in a name also finds longer names. */
  #selects(key: string): boolean {
    return this.#selection.name === undefined || key === this.#prefix();
  }

  #onEvents(events: readonly StoreEvent[]): void {
    const { resource } = this.#request;
    // Mostly all of them are: the list itself is what watchers of the same objects have in common.
    const areAllOwn = events.every((event) => this.#selects(event.entry.key));
    const own = areAllOwn ? events : events.filter((event) => this.#selects(event.entry.key));
    const send = (): void => this.#send(watchFrames(own, resource.storage, this.#selection));
    if (resource.storage.needsPreparation) this.#sendPrepared(own, send);
    else send();
  }

  #sendPrepared(events: readonly StoreEvent[], send: () => void): void {
    const entries = events.flatMap(({ entry, previous }) => (previous ? [previous, entry] : [entry]));
    const preparation = this.#request.resource.storage.prepare(entries);
    if (!preparation && !this.#preparing) {
      send();
      return;
    }
    const sent = Promise.all([this.#preparing, preparation])
      .then(send)
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        if (this.#preparing === sent) this.#preparing = undefined;
      });
    this.#preparing = sent;
  }

  /** Whoever follows a resource that is not served any more, or not like this, has to look anew. */
  #endWith(retired: AbortSignal): void {
    const end = (): void => this.#end();
    if (retired.aborted) {
      end();
      return;
    }
    retired.addEventListener("abort", end, { once: true });
    this.#timers.defer(() => retired.removeEventListener("abort", end));
  }

  #send(frames: readonly WatchFrame[]): void {
    if (!this.#isClosed && frames.length > 0) this.#sink.send(frames);
  }

  #bookmarkRegularly(): void {
    this.#after(BOOKMARK_INTERVAL_MS, () => {
      this.#bookmark();
      this.#bookmarkRegularly();
    });
  }

  /** The store tells its listeners of a commit before it tells anyone its revision, so no event is older than a bookmark sent after it. */
  #bookmark(): void {
    if (!this.#watch) return;
    this.#context.store
      .revision()
      .then(async (revision) => {
        await this.#preparing;
        return revision;
      })
      .then((revision) => this.#send([{ type: "BOOKMARK", revision, endsInitialEvents: false }]))
      .catch((error: unknown) => this.#fail(error));
  }

  #after(delayMs: number, callback: () => void): void {
    if (!this.#timers.disposed) this.#timers.use(this.#context.clock.setTimeout(callback, delayMs));
  }

  #end(): void {
    if (this.#isClosed) return;
    this.close();
    this.#sink.end();
  }

  /** Clients read an ERROR frame and then start again. */
  #fail(reason: unknown): void {
    if (this.#isClosed) return;
    this.#send([{ type: "ERROR", status: watchError(reason).status }]);
    this.#end();
  }
}

function watchError(reason: unknown) {
  if (isApiError(reason)) return reason;
  if (reason instanceof CompactedError) return tooOld(reason.requested, reason.compacted);
  if (reason instanceof FutureRevisionError) return futureVersion(reason.requested, reason.current);
  return internalError(errorText(reason));
}
