import { closeSync, fstatSync, openSync, renameSync, writeSync } from "node:fs";

import { errorText, type Logger } from "../../lib/logger.ts";
import type { Clock, Timer } from "../../lib/time/clock.ts";
import type { Access } from "./proxy-context.ts";

const FLUSH_MS = 500;
const MOST_BUFFERED_LINES = 2000;
/** Then it is moved aside, and a new one is begun: two files at most. */
const MOST_BYTES = 10 * 2 ** 20;

/** Writes a line for each request, in the form that tools for logs of web servers read, with the time it took and the server behind it. */
export class AccessLog implements Disposable {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #log: Logger;
  #lines: string[] = [];
  #timer: Timer | undefined;
  #hasFailed = false;

  constructor(path: string, clock: Clock, log: Logger) {
    this.#path = path;
    this.#clock = clock;
    this.#log = log;
  }

  write(access: Access): void {
    this.#lines.push(accessLine(access, this.#clock.now()));
    if (this.#lines.length >= MOST_BUFFERED_LINES) this.#flush();
    else this.#timer ??= this.#clock.setTimeout(() => this.#flush(), FLUSH_MS);
  }

  [Symbol.dispose](): void {
    this.#flush();
  }

  #flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const text = this.#lines.join("");
    this.#lines = [];
    if (text === "") return;
    try {
      const file = openSync(this.#path, "a", 0o600);
      try {
        writeSync(file, text);
        if (fstatSync(file).size > MOST_BYTES) renameSync(this.#path, `${this.#path}.1`);
      } finally {
        closeSync(file);
      }
    } catch (error) {
      // A full disk must not stop what is served; told once.
      if (!this.#hasFailed) this.#log.warn(`The access log cannot be written: ${errorText(error)}`);
      this.#hasFailed = true;
    }
  }
}

function accessLine(access: Access, now: number): string {
  const request = `${access.method} ${access.target} ${access.protocol}`;
  return `${access.clientIp} - - [${logTime(now)}] ${quoted(request)} ${access.status} ${access.bytes} ${quoted(access.host)} ${access.server ?? "-"} ${(access.ms / 1000).toFixed(3)}\n`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `28/Nov/2026:14:03:02 +0000` */
function logTime(ms: number): string {
  const iso = new Date(ms).toISOString();
  return `${iso.slice(8, 10)}/${MONTHS[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
}

/** Clients choose these texts: a line stays a line. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const SPECIAL = /["\\\u0000-\u001f\u007f]/g;

const quoted = (text: string): string =>
  `"${text.replaceAll(SPECIAL, (each) => `\\x${each.charCodeAt(0).toString(16).padStart(2, "0")}`)}"`;
