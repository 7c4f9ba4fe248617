import { type ServerAccess, tlsSocket } from "./raw-client.ts";

/** Clients that watch a path and only count the events of one type that they are told of. */
export class Watchers implements Disposable {
  readonly #marker: Buffer;
  readonly #sockets: Disposable[] = [];
  #missing = Infinity;
  #done: (() => void) | undefined;

  constructor(type: "MODIFIED" | "DELETED") {
    this.#marker = Buffer.from(`"type":"${type}"`);
  }

  /** Resolves when all of them have heard of something, so that nothing later is missed. */
  async open(access: ServerAccess, path: string, count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, async () => await this.#openOne(access, path)));
  }

  /** Resolves when `events` more have been seen, over all watchers. Call it before they can come. */
  seen(events: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#missing = events;
    this.#done = resolve;
    return promise;
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket[Symbol.dispose]();
  }

  async #openOne(access: ServerAccess, path: string): Promise<void> {
    const socket = await tlsSocket(access);
    this.#sockets.push({ [Symbol.dispose]: () => socket.destroy() });
    const { promise, resolve } = Promise.withResolvers<void>();
    const counter = new MarkerCounter(this.#marker);
    socket.on("data", (chunk: Buffer) => {
      resolve();
      this.#missing -= counter.count(chunk);
      if (this.#missing <= 0) this.#done?.();
    });
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n`);
    await promise;
  }
}

/** Counts the markers of a stream, also those that are cut by the end of a chunk. */
class MarkerCounter {
  readonly #marker: Buffer;
  #rest = Buffer.alloc(0);

  constructor(marker: Buffer) {
    this.#marker = marker;
  }

  count(chunk: Buffer): number {
    const text = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let found = 0;
    let end = 0;
    for (let at = text.indexOf(this.#marker); at >= 0; at = text.indexOf(this.#marker, end)) {
      found += 1;
      end = at + this.#marker.length;
    }
    this.#rest = Buffer.from(text.subarray(Math.max(end, text.length - this.#marker.length + 1)));
    return found;
  }
}
