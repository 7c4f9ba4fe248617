import { appendFileSync, renameSync, statSync } from "node:fs";

export interface RotatingFileOptions {
  readonly maxBytes: number;
  /** How many older files are kept, as `path.1` (the newest) and so on. */
  readonly maxOldFiles: number;
}

/** Appends text to a file that never grows beyond its limit: when it would, it becomes an older file, and a new one begins. */
export class RotatingFile {
  readonly #path: string;
  readonly #options: RotatingFileOptions;
  #bytes: number;

  constructor(path: string, options: RotatingFileOptions) {
    this.#path = path;
    this.#options = options;
    this.#bytes = sizeOf(path);
  }

  append(text: string): void {
    const bytes = Buffer.byteLength(text);
    if (this.#bytes > 0 && this.#bytes + bytes > this.#options.maxBytes) this.#rotate();
    appendFileSync(this.#path, text, { mode: 0o600 });
    this.#bytes += bytes;
  }

  #rotate(): void {
    for (let number = this.#options.maxOldFiles - 1; number >= 0; number--) {
      const from = number === 0 ? this.#path : `${this.#path}.${number}`;
      if (sizeOf(from) > 0) renameSync(from, `${this.#path}.${number + 1}`);
    }
    this.#bytes = 0;
  }
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
