import { type ServerAccess, tlsSocket } from "./raw-client.ts";

const MARKER = Buffer.from('"type":"MODIFIED"');

/** Clients that watch a path and only count the updates they are told of. */
export class Watchers implements Disposable {
  readonly #sockets: Disposable[] = [];
  #missing = Infinity;
  #done: (() => void) | undefined;

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
    const counter = new MarkerCounter();
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
  #rest = Buffer.alloc(0);

  count(chunk: Buffer): number {
    const text = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let found = 0;
    let end = 0;
    for (let at = text.indexOf(MARKER); at >= 0; at = text.indexOf(MARKER, end)) {
      found += 1;
      end = at + MARKER.length;
    }
    this.#rest = Buffer.from(text.subarray(Math.max(end, text.length - MARKER.length + 1)));
    return found;
  }
}
