import { errorText, type Logger } from "./logger.ts";

/**
 * Work that nobody awaits at the place where it starts. Each task's failure is logged, and `stop` waits for all of them,
 * so that no promise floats and nothing runs on after its owner is gone.
 */
export class BackgroundTasks implements AsyncDisposable {
  #running = new Set<Promise<void>>();
  #log: Logger;
  #abort = new AbortController();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Aborts when `stop` is called: pass it to whatever waits. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Runs `task`; `name` says in the log what failed. */
  run(name: string, task: (signal: AbortSignal) => Promise<unknown>): void {
    const running = task(this.signal)
      .then(() => undefined)
      .catch((error: unknown) => {
        if (!this.signal.aborted) this.#log.error(`${name} failed: ${errorText(error)}`, { error });
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async stop(): Promise<void> {
    this.#abort.abort(new Error("Stopped"));
    await Promise.allSettled(this.#running);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}
