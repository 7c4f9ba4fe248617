import type { Expiry } from "../../api/kind.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import { errorText } from "../../lib/logger.ts";
import type { Timer } from "../../lib/time/clock.ts";
import type { Watch } from "../../store/store.ts";
import type { ServedResource } from "../served-resources.ts";
import type { ServerContext } from "../server-context.ts";
import { removeObject } from "./object-remove.ts";

/** What is due within the same minute goes together. */
const SHORTEST_WAIT_MS = 60_000;
const RETRY_MS = 5 * 60_000;

/**
 * Removes the objects of one resource when their time is over. It sleeps until the oldest is due; while there is none it
 * sleeps until one is made.
 */
export class ObjectExpiry implements AsyncDisposable {
  readonly #context: ServerContext;
  readonly #resource: ServedResource;
  readonly #expiry: Expiry<KubeObject>;
  #timer: Timer | undefined;
  #watch: Watch | undefined;
  #running: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(context: ServerContext, resource: ServedResource, expiry: Expiry<KubeObject>) {
    this.#context = context;
    this.#resource = resource;
    this.#expiry = expiry;
    this.#start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#watch?.close();
    await this.#running;
  }

  #start(): void {
    this.#running = this.#turn().catch((error: unknown) => {
      if (this.#isStopped) return;
      // A full disk passes.
      this.#context.log.warn(`Expired ${this.#resource.type.resource} could not be removed: ${errorText(error)}`);
      this.#wakeIn(RETRY_MS);
    });
  }

  async #turn(): Promise<void> {
    const { store, clock } = this.#context;
    const { storage } = this.#resource;
    const now = clock.now();
    const { items, revision } = await store.range(storage.prefix);
    let next = Infinity;
    for (const entry of items) {
      const dueAt = this.#expiry.since(storage.read(entry)) + this.#expiry.afterSeconds * 1000;
      if (dueAt > now) next = Math.min(next, dueAt);
      // Somebody who writes it meanwhile keeps it for another while.
      else await removeObject(this.#context, this.#resource, entry);
      if (this.#isStopped) return;
    }
    if (next !== Infinity) this.#wakeIn(Math.max(next - now, SHORTEST_WAIT_MS));
    else await this.#wakeAtNext(revision);
  }

  #wakeIn(delayMs: number): void {
    if (!this.#isStopped) this.#timer = this.#context.clock.setTimeout(() => this.#start(), delayMs);
  }

  async #wakeAtNext(revision: number): Promise<void> {
    let isOver = false;
    const over = (delayMs: number): void => {
      if (isOver) return;
      isOver = true;
      this.#watch?.close();
      this.#wakeIn(delayMs);
    };
    const { store, log } = this.#context;
    this.#watch = await store.watch(this.#resource.storage.prefix, revision, {
      onEvents: () => over(this.#expiry.afterSeconds * 1000),
      onEnd: (reason) => {
        if (this.#isStopped) return;
        log.warn(`Waiting for ${this.#resource.type.resource} that expire ended: ${errorText(reason)}`);
        over(RETRY_MS);
      },
    });
    // It may have fired before it was ours to close.
    if (isOver || this.#isStopped) this.#watch.close();
  }
}
