import { BadMessage, type Header, listedWords, singleHeader } from "./message-head.ts";

/** How long the body of a message is. */
export type BodyLength =
  | { readonly kind: "none" }
  | { readonly kind: "bytes"; readonly count: number }
  | { readonly kind: "chunked" }
  /** Until the connection ends. */
  | { readonly kind: "rest" };

const NONE: BodyLength = { kind: "none" };

export function requestBody(headers: readonly Header[]): BodyLength {
  const framing = framingOf(headers, 400);
  return framing ?? NONE;
}

export function responseBody(method: string, status: number, headers: readonly Header[]): BodyLength {
  if (method === "HEAD" || status < 200 || status === 204 || status === 304) return NONE;
  return framingOf(headers, 502) ?? { kind: "rest" };
}

/** Both lengths at once, or an encoding that is not known, is what smuggling is made of. */
function framingOf(headers: readonly Header[], status: number): BodyLength | undefined {
  const encodings = listedWords(headers, "transfer-encoding");
  const length = singleHeader(headers, "content-length");
  if (encodings.length > 0) {
    if (length !== undefined || encodings.length > 1 || encodings[0] !== "chunked") {
      throw new BadMessage(
        status === 400 && encodings[0] !== "chunked" ? 501 : status,
        "ambiguous length of a message",
      );
    }
    return { kind: "chunked" };
  }
  if (length === undefined) return undefined;
  if (!/^\d{1,15}$/.test(length)) throw new BadMessage(status, "malformed Content-Length");
  return length === "0" ? NONE : { kind: "bytes", count: Number(length) };
}

const LONGEST_CHUNK_LINE = 1024;
const LONGEST_TRAILERS = 16_384;
const LINE_FEED = 10;

/** Follows a body as it passes, and knows where it ends. */
export class BodyScanner {
  #state: "bytes" | "rest" | "size" | "chunk" | "chunk end" | "trailers" | "done";
  #remaining: number;
  #line = "";
  #trailerBytes = 0;
  /** Without what frames them. */
  contentBytes = 0;

  constructor(length: BodyLength) {
    const states = { none: "done", bytes: "bytes", chunked: "size", rest: "rest" } as const;
    this.#state = states[length.kind];
    this.#remaining = length.kind === "bytes" ? length.count : 0;
  }

  get isDone(): boolean {
    return this.#state === "done";
  }

  /** Whether the end of the connection is the end of the body, and no breach. */
  get endsWithConnection(): boolean {
    return this.#state === "rest" || this.#state === "done";
  }

  /** How many of `bytes`, from the first on, belong to the body. */
  take(bytes: Buffer): number {
    let position = 0;
    while (position < bytes.length && this.#state !== "done") {
      position += this.#step(bytes, position);
    }
    return position;
  }

  #step(bytes: Buffer, position: number): number {
    switch (this.#state) {
      case "rest":
        this.contentBytes += bytes.length - position;
        return bytes.length - position;
      case "bytes":
      case "chunk": {
        const taken = Math.min(this.#remaining, bytes.length - position);
        this.#remaining -= taken;
        this.contentBytes += taken;
        if (this.#remaining === 0) this.#state = this.#state === "bytes" ? "done" : "chunk end";
        return taken;
      }
      case "size":
      case "chunk end":
      case "trailers":
        return this.#readLine(bytes, position);
      case "done":
        return 0;
    }
  }

  #readLine(bytes: Buffer, position: number): number {
    const end = bytes.indexOf(LINE_FEED, position);
    const stop = end < 0 ? bytes.length : end + 1;
    this.#line += bytes.toString("latin1", position, stop);
    if (this.#line.length > LONGEST_CHUNK_LINE && this.#state !== "trailers")
      throw new BadMessage(400, "chunk line too long");
    if (this.#state === "trailers") {
      this.#trailerBytes += stop - position;
      if (this.#trailerBytes > LONGEST_TRAILERS) throw new BadMessage(400, "trailers too long");
    }
    if (end >= 0) {
      const line = this.#line.replace(/\r?\n$/, "");
      this.#line = "";
      this.#lineRead(line);
    }
    return stop - position;
  }

  #lineRead(line: string): void {
    if (this.#state === "trailers") {
      if (line === "") this.#state = "done";
      return;
    }
    if (this.#state === "chunk end") {
      if (line !== "") throw new BadMessage(400, "malformed chunk");
      this.#state = "size";
      return;
    }
    const size = /^([0-9a-fA-F]{1,12})[ \t]*(?:;.*)?$/.exec(line)?.[1];
    if (size === undefined) throw new BadMessage(400, "malformed chunk size");
    this.#remaining = Number.parseInt(size, 16);
    this.#state = this.#remaining === 0 ? "trailers" : "chunk";
  }
}
