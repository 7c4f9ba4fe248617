import { type FSWatcher, watch } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import type { Pod } from "../../api/types/core-v1.ts";
import { errorText, type Logger } from "../../lib/logger.ts";
import { type Clock, sleep, timestamp } from "../../lib/time/clock.ts";
import { staticPod } from "./static-pod-manifest.ts";

export interface StaticPodFolderOptions {
  /** A folder of manifests, or one of them. */
  readonly path: string;
  readonly nodeName: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The kubelet's fileCheckFrequency: a safety net, and what finds a folder that came later. */
const CHECK_MS = 20_000;
/** Editors write in several steps. */
const SETTLE_MS = 100;
/** Upstream's. */
const LARGEST_BYTES = 10 * 2 ** 20;

/** The pods that the manifests of a folder describe. A file that is none is told in the log, once for each content, and left out. */
export class StaticPodFolder {
  readonly #options: StaticPodFolderOptions;
  /** By path: what was read last, so that a pod stays the same as long as its file does. */
  #known = new Map<string, { readonly text: string; readonly pod: Pod | undefined }>();
  #problem = "";

  constructor(options: StaticPodFolderOptions) {
    this.#options = options;
  }

  async read(): Promise<readonly Pod[]> {
    const known = new Map<string, { readonly text: string; readonly pod: Pod | undefined }>();
    for (const path of await this.#files()) {
      const text = await this.#text(path);
      if (text === undefined) continue;
      const before = this.#known.get(path);
      known.set(path, before?.text === text ? before : { text, pod: this.#parsed(text, path) });
    }
    this.#known = known;
    return [...known.values()].flatMap(({ pod }) => pod ?? []);
  }

  /** Calls back at once, then now and then, and whenever something in the folder changes, until aborted. */
  async follow(onChange: () => Promise<void>, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (!signal.aborted) {
      const changed = new AbortController();
      // Watch before reading, or what happens between the two is lost.
      const watcher = this.#watch(() => changed.abort(new Error("Changed")));
      try {
        await onChange();
        await sleep(CHECK_MS, { clock, signal: AbortSignal.any([signal, changed.signal]) });
      } catch (error) {
        if (!changed.signal.aborted) throw error;
        await sleep(SETTLE_MS, { clock, signal });
      } finally {
        watcher?.close();
      }
    }
  }

  #watch(onChange: () => void): FSWatcher | undefined {
    try {
      const watcher = watch(this.#options.path, onChange);
      // A folder that goes away is found out by the next check.
      return watcher.on("error", () => watcher.close());
    } catch (error) {
      this.#tellOnce(errorText(error));
      return undefined;
    }
  }

  async #files(): Promise<string[]> {
    const { path } = this.#options;
    try {
      if (!(await stat(path)).isDirectory()) return [path];
      const names = await readdir(path);
      this.#problem = "";
      return names
        .filter((name) => !name.startsWith("."))
        .toSorted()
        .map((name) => join(path, name));
    } catch (error) {
      this.#tellOnce(errorText(error));
      return [];
    }
  }

  /** Undefined for what is no file. */
  async #text(path: string): Promise<string | undefined> {
    try {
      const found = await stat(path);
      if (!found.isFile()) return undefined;
      if (found.size > LARGEST_BYTES) throw new Error(`it is larger than ${LARGEST_BYTES} bytes`);
      return await readFile(path, "utf8");
    } catch (error) {
      // Gone since the folder was listed.
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      this.#tellOnce(`${path}: ${errorText(error)}`);
      return undefined;
    }
  }

  #parsed(text: string, path: string): Pod | undefined {
    const { nodeName, clock, log } = this.#options;
    try {
      return staticPod(text, { path, nodeName, seenAt: timestamp(clock.now()) });
    } catch (error) {
      log.error(`Cannot use ${path} as a static pod: ${errorText(error)}`);
      return undefined;
    }
  }

  #tellOnce(problem: string): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    this.#options.log.warn(`Cannot read static pods from ${this.#options.path}: ${problem}`);
  }
}
