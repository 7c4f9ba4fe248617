import { ApiError, isApiError } from "../api/api-error.ts";
import type { KubeObject, ResourceType } from "../api/resource-type.ts";
import { errorText, type Logger } from "../lib/logger.ts";
import { randomFraction } from "../lib/random.ts";
import { Backoff } from "../lib/time/backoff.ts";
import { sleep, type Clock } from "../lib/time/clock.ts";
import type { Client, ListOptions, ResourceClient } from "./client.ts";
import type { TransportWatchEvent } from "./transport.ts";

/** What part of a kind is followed. */
export type Selection = Pick<ListOptions, "namespace" | "labelSelector" | "fieldSelector">;

/** Told the state of a selection: first as a whole, then change by change. Must not throw. */
export interface ReflectorTarget<T> {
  /** The complete state; whatever was known before and is not in it is gone. */
  replace(objects: readonly T[]): void;
  upsert(object: T): void;
  remove(last: T): void;
  /** All changes up to `resourceVersion` were told. */
  reached(resourceVersion: string): void;
}

export interface ReflectorOptions<T extends KubeObject> {
  readonly client: Client;
  readonly type: ResourceType<T>;
  readonly selection: Selection;
  readonly target: ReflectorTarget<T>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Why a watch ended, and so how to go on. */
type WatchEnd =
  | { readonly next: "resume" }
  | { readonly next: "resume-later" | "relist-later"; readonly error: Error }
  /** The history after our resourceVersion is gone. */
  | { readonly next: "relist" }
  /** The server does not know initial events in watches. */
  | { readonly next: "list-first" };

const INITIAL_EVENTS_END = "k8s.io/initial-events-end";
const BACKOFF = { initialMs: 200, maxMs: 30_000, factor: 2, jitter: 1 };
/** client-go's: long enough to be cheap, short enough to notice a connection that died silently. */
const SHORTEST_WATCH_SECONDS = 300;

/**
 * Follows one selection of objects until aborted: the state once, then its changes, resumed where it broke off. After a
 * gap that cannot be closed the whole state is told again.
 */
export class Reflector<T extends KubeObject> {
  readonly #options: ReflectorOptions<T>;
  readonly #resource: ResourceClient<T>;
  readonly #backoff = new Backoff(BACKOFF);
  /** Empty: the state has to be fetched. */
  #resourceVersion = "";
  #watchesInitialEvents = true;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#resource = options.client.resource(options.type);
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      // eslint-disable-next-line no-await-in-loop -- one watch follows the other
      const end = await this.#turn(signal);
      if (signal.aborted) return;
      if (end.next === "relist" || end.next === "relist-later") this.#resourceVersion = "";
      if (end.next === "list-first") this.#watchesInitialEvents = false;
      if (end.next === "resume-later" || end.next === "relist-later") await this.#pause(end.error, signal);
    }
  }

  async #turn(signal: AbortSignal): Promise<WatchEnd> {
    if (this.#resourceVersion !== "") return this.#watch(signal, undefined);
    if (this.#watchesInitialEvents) return this.#watch(signal, []);
    try {
      const list = await this.#resource.list({ ...this.#options.selection });
      this.#options.target.replace(list.items);
      this.#reached(list.metadata.resourceVersion);
      return { next: "resume" };
    } catch (error) {
      return { next: "relist-later", error: asError(error) };
    }
  }

  /** Watches until the stream ends. `initial` collects the state first, if the watch is to begin with it. */
  #watch(signal: AbortSignal, initial: T[] | undefined): Promise<WatchEnd> {
    const { clock } = this.#options;
    const isInitial = initial !== undefined;
    const startedAt = clock.now();
    let collecting = initial;
    let hasReceived = false;
    const { promise, resolve } = Promise.withResolvers<WatchEnd>();
    const end = (error: Error | undefined): void => {
      watch.stop();
      signal.removeEventListener("abort", onAbort);
      const isSuspicious = !error && !hasReceived && clock.now() - startedAt < 1000;
      resolve(watchEnd(isSuspicious ? new Error("The watch ended at once") : error, isInitial));
    };
    const onAbort = (): void => end(undefined);
    const onEvent = (event: TransportWatchEvent): void => {
      if (event.type === "ERROR") return end(new ApiError(event.object));
      this.#backoff.reset();
      hasReceived = true;
      collecting = this.#apply(event, collecting);
    };
    const watch = this.#resource.watch(
      {
        ...this.#options.selection,
        allowWatchBookmarks: true,
        timeoutSeconds: Math.round(SHORTEST_WATCH_SECONDS * (1 + randomFraction())),
        ...(initial
          ? { sendInitialEvents: true, resourceVersionMatch: "NotOlderThan" }
          : { resourceVersion: this.#resourceVersion }),
      },
      { onEvent, onEnd: end },
    );
    signal.addEventListener("abort", onAbort, { once: true });
    return promise;
  }

  /** Returns what is still being collected: nothing once the initial state is complete. */
  #apply({ type, object }: TransportWatchEvent, collecting: T[] | undefined): T[] | undefined {
    const { target } = this.#options;
    // Parse edge: a watch of a resource sends objects of its kind.
    const item = object as T;
    if (type === "BOOKMARK") {
      const isComplete = collecting && item.metadata.annotations?.[INITIAL_EVENTS_END] === "true";
      if (isComplete) target.replace(collecting);
      if (isComplete || !collecting) this.#reached(item.metadata.resourceVersion);
      return isComplete ? undefined : collecting;
    }
    if (collecting) {
      collecting.push(item);
      return collecting;
    }
    if (type === "DELETED") target.remove(item);
    else target.upsert(item);
    this.#reached(item.metadata.resourceVersion);
    return undefined;
  }

  #reached(resourceVersion: string | undefined): void {
    if (resourceVersion === undefined) return;
    this.#resourceVersion = resourceVersion;
    this.#options.target.reached(resourceVersion);
  }

  async #pause(error: Error, signal: AbortSignal): Promise<void> {
    const delayMs = this.#backoff.next();
    const { log, type, clock } = this.#options;
    log.warn(`Cannot watch ${type.resource}: ${errorText(error)}`, { retryAfterMs: Math.round(delayMs) });
    await sleep(delayMs, { clock, signal }).catch(() => undefined);
  }
}

function watchEnd(error: Error | undefined, isInitial: boolean): WatchEnd {
  if (!error) return { next: "resume" };
  if (isApiError(error, "Expired") || isApiError(error, "Gone")) return { next: "relist" };
  if (isInitial && (isApiError(error, "Invalid") || isApiError(error, "BadRequest"))) return { next: "list-first" };
  // A refused watch may mean that our resourceVersion is unknown to the server; a broken connection does not.
  return { next: error instanceof ApiError ? "relist-later" : "resume-later", error };
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
