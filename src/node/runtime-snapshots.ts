import type { ContainerRuntime, RuntimeState } from "./runtime/runtime.ts";

/** What the engine has, for many who ask at once: a listing is shared by all who asked before it began, and by nobody who asked later. */
export class RuntimeSnapshots {
  readonly #runtime: ContainerRuntime;
  #next: Promise<RuntimeState> | undefined;
  #running: Promise<unknown> = Promise.resolve();

  constructor(runtime: ContainerRuntime) {
    this.#runtime = runtime;
  }

  fresh(): Promise<RuntimeState> {
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      const listing = this.#runtime.list();
      this.#running = listing.catch(() => undefined);
      return listing;
    });
    return this.#next;
  }
}
