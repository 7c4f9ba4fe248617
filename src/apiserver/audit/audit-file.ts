import { closeSync, fstatSync, openSync, renameSync, writeSync } from "node:fs";

import type { Logger } from "../../lib/logger.ts";

/** As upstream's --audit-log-maxsize; one older file is kept beside it. */
const MAX_BYTES = 100 * 1024 * 1024;
/** Lines that come together are written together. */
const FLUSH_BYTES = 64 * 1024;

/**
 * A file that lines are added to. What was written in a turn of the event loop reaches the file at its end; a file that grew too large is
 * put aside as `<path>.1`.
 */
export class AuditFile implements Disposable {
  readonly #path: string;
  readonly #log: Logger;
  #file: number;
  #sizeBytes: number;
  #pending: string[] = [];
  #pendingBytes = 0;

  constructor(path: string, log: Logger) {
    this.#path = path;
    this.#log = log;
    this.#file = openSync(path, "a", 0o600);
    this.#sizeBytes = fstatSync(this.#file).size;
  }

  readonly write = (line: string): void => {
    if (this.#pending.length === 0) setImmediate(() => this.#flush());
    this.#pending.push(line);
    this.#pendingBytes += line.length;
    if (this.#pendingBytes > FLUSH_BYTES) this.#flush();
  };

  [Symbol.dispose](): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    if (this.#pending.length === 0) return;
    const bytes = Buffer.from(this.#pending.join(""));
    this.#pending = [];
    this.#pendingBytes = 0;
    try {
      if (this.#sizeBytes > 0 && this.#sizeBytes + bytes.length > MAX_BYTES) this.#rotate();
      writeSync(this.#file, bytes);
      this.#sizeBytes += bytes.length;
    } catch (error) {
      this.#log.error(`Cannot write the audit log ${this.#path}`, { error });
    }
  }

  #rotate(): void {
    closeSync(this.#file);
    renameSync(this.#path, `${this.#path}.1`);
    this.#file = openSync(this.#path, "a", 0o600);
    this.#sizeBytes = 0;
  }
}
