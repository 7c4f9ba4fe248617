import { type FSWatcher, watch } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { basename, dirname } from "node:path";

import { dataDirectory, kubeHome } from "../../cluster/config/data-directory.ts";
import { UserError } from "../../lib/user-error.ts";
import { writeAll } from "../../lib/wire/write-all.ts";
import type { CliContext } from "../context.ts";

export interface ClusterLogOptions {
  readonly cluster: string;
  readonly follow: boolean;
  /** How many lines from the end; -1 for all. */
  readonly tail: number;
}

/** Shows the log file of a local cluster; follows it until Ctrl-C. */
export async function readClusterLog({ cluster, follow, tail }: ClusterLogOptions, context: CliContext): Promise<void> {
  const { log } = dataDirectory(cluster, kubeHome(context.env));
  await using file = await open(log).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw new UserError(`Cannot read ${log}: ${error.message}`);
    throw new UserError(`Cluster ${JSON.stringify(cluster)} has no log: ${log} does not exist`, {
      hint: "kube list shows the clusters of this machine",
    });
  });
  let offset = await startOfTail(file, tail);
  // The watch comes first, or what is written between the two would be seen only with the next change.
  using changes = follow ? new FileChanges(log, context.signal) : undefined;
  offset = await copyFrom(file, offset, context);
  // oxlint-disable-next-line no-await-in-loop -- one change after the other
  while (await changes?.next()) offset = await copyFrom(file, offset, context);
}

const PIECE_BYTES = 64 * 1024;
const LINE_BREAK = 10;

/** Where the last `tail` lines begin, looking from the end. */
async function startOfTail(file: FileHandle, tail: number): Promise<number> {
  if (tail < 0) return 0;
  const { size } = await file.stat();
  if (tail === 0) return size;
  let linesToGo = tail;
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - PIECE_BYTES);
    // oxlint-disable-next-line no-await-in-loop -- how far to read depends on what was found
    const { buffer } = await file.read({ buffer: Buffer.alloc(end - start), position: start });
    for (let at = buffer.length - 1; at >= 0; at--) {
      const isLastByte = start + at === size - 1;
      if (buffer[at] !== LINE_BREAK || isLastByte) continue;
      linesToGo--;
      if (linesToGo === 0) return start + at + 1;
    }
    end = start;
  }
  return 0;
}

async function copyFrom(file: FileHandle, offset: number, { stdout }: CliContext): Promise<number> {
  const { size } = await file.stat();
  // A log that was emptied begins anew.
  let position = size < offset ? 0 : offset;
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- in order, and no faster than it is taken
    const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(PIECE_BYTES), position });
    if (bytesRead === 0) return position;
    // oxlint-disable-next-line no-await-in-loop -- as above
    await writeAll(stdout, buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
}

/** Looks at a file from its construction on. */
class FileChanges implements Disposable {
  readonly #watcher: FSWatcher;
  readonly #signal: AbortSignal;
  #changed = Promise.withResolvers<void>();

  constructor(path: string, signal: AbortSignal) {
    this.#signal = signal;
    this.#watcher = watch(dirname(path), (_event, name) => {
      if (name === basename(path)) this.#changed.resolve();
    });
    signal.addEventListener("abort", this.#stop, { once: true });
  }

  /** Resolves once for any number of changes since the last call; with false when the signal has aborted. */
  async next(): Promise<boolean> {
    if (!this.#signal.aborted) await this.#changed.promise;
    this.#changed = Promise.withResolvers();
    return !this.#signal.aborted;
  }

  [Symbol.dispose](): void {
    this.#watcher.close();
    this.#signal.removeEventListener("abort", this.#stop);
  }

  readonly #stop = (): void => this.#changed.resolve();
}
