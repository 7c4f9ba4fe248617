import type { Duplex } from "node:stream";
import { constants, createInflate, type Inflate } from "node:zlib";

import { ByteQueue } from "./byte-queue.ts";
import { spdyDictionary } from "./spdy-dictionary.ts";
import { writeAll } from "./write-all.ts";

/*
 * The server's side of SPDY/3.1, as far as Kubernetes' clients speak it: streams that the client opens, data both ways, half
 * close, reset and ping. There are no flow-control windows: those clients send none, so back-pressure is left to the
 * connection, and a stream that nobody reads holds up the others. Kubernetes does this too (moby/spdystream).
 */

const SYN_STREAM = 1;
const SYN_REPLY = 2;
const RST_STREAM = 3;
const PING = 6;
const FLAG_FIN = 1;
const HEAD_BYTES = 8;
const CANCEL = 5;

/** The client wants no more of a stream: what `readable` fails with then. Some clients end every conversation like this. */
export class StreamResetError extends Error {
  constructor() {
    super("The client reset the stream");
    this.name = "StreamResetError";
  }
}

/** One stream of a connection: what the client sends on it, and what it is sent. */
export interface SpdyStream {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly readable: ReadableStream<Uint8Array>;
  /** Closing it tells the client that nothing more comes. */
  readonly writable: WritableStream<Uint8Array>;
}

/** What reading a stream ends with when the client takes it back: how clients drop a connection that has served. */
export class SpdyStreamReset extends Error {
  constructor() {
    super("The client reset the stream");
    this.name = "SpdyStreamReset";
  }
}

/** Runs a connection until it ends; `onStream` is called for each stream the client opens. */
export class SpdyConnection {
  readonly #transport: Duplex;
  readonly #streams = new Map<number, WritableStreamDefaultWriter<Uint8Array>>();
  readonly #inflate: Inflate;
  #hasReplied = false;

  constructor(transport: Duplex) {
    this.#transport = transport;
    // One dictionary for the whole connection: header blocks must be inflated one after the other.
    this.#inflate = createInflate({
      dictionary: spdyDictionary(),
      flush: constants.Z_SYNC_FLUSH,
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    // Told to whoever wrote the broken block; without a listener it would end the process as well.
    this.#inflate.on("error", () => undefined);
  }

  /** Resolves when the client has closed the connection. */
  async run(onStream: (stream: SpdyStream) => void): Promise<void> {
    const received = new ByteQueue();
    try {
      for await (const chunk of this.#transport) {
        // A transport without an encoding gives buffers.
        received.push(chunk as Buffer);
        for (let frame = takeFrame(received); frame; frame = takeFrame(received)) {
          await this.#onFrame(frame, onStream);
        }
      }
    } finally {
      this.#inflate.close();
      const gone = new Error("The connection is closed");
      for (const writer of this.#streams.values()) writer.abort(gone).catch(() => undefined);
      this.#transport.destroy();
    }
  }

  close(): void {
    this.#transport.end();
  }

  async #onFrame(frame: Buffer, onStream: (stream: SpdyStream) => void): Promise<void> {
    const isControl = ((frame[0] ?? 0) & 0x80) !== 0;
    const flags = frame[4] ?? 0;
    const payload = frame.subarray(HEAD_BYTES);
    if (!isControl) return this.#onData(frame.readUInt32BE(0), payload, (flags & FLAG_FIN) !== 0);
    switch (frame.readUInt16BE(2)) {
      case SYN_STREAM: {
        const headers = parseHeaders(await this.#inflated(payload.subarray(10)));
        const id = streamId(payload);
        onStream(this.#open(id, headers));
        if ((flags & FLAG_FIN) !== 0) await this.#onData(id, Buffer.alloc(0), true);
        break;
      }
      case RST_STREAM: {
        const id = streamId(payload);
        const writer = this.#streams.get(id);
        this.#streams.delete(id);
        writer?.abort(new StreamResetError()).catch(() => undefined);
        break;
      }
      case PING:
        await writeAll(this.#transport, controlFrame(PING, payload.subarray(0, 4)));
        break;
    }
  }

  #open(id: number, headers: Readonly<Record<string, string>>): SpdyStream {
    const { readable, writable: incoming } = new TransformStream<Uint8Array, Uint8Array>();
    this.#streams.set(id, incoming.getWriter());
    const transport = this.#transport;
    transport.write(this.#reply(id));
    return {
      headers,
      readable,
      writable: new WritableStream<Uint8Array>({
        write: (bytes) => writeAll(transport, dataFrame(id, bytes, 0)),
        close: () => writeAll(transport, dataFrame(id, new Uint8Array(), FLAG_FIN)),
        abort: () => writeAll(transport, resetFrame(id)),
      }),
    };
  }

  async #onData(id: number, bytes: Buffer, isLast: boolean): Promise<void> {
    const writer = this.#streams.get(id);
    if (!writer) return;
    try {
      if (bytes.length > 0) await writer.write(bytes);
      if (isLast) await writer.close();
    } catch {
      // Whoever was to read this has stopped: the rest of the stream is dropped.
      this.#streams.delete(id);
    }
    if (isLast) this.#streams.delete(id);
  }

  async #inflated(block: Buffer): Promise<Buffer> {
    const inflate = this.#inflate;
    const pieces: Buffer[] = [];
    await new Promise<void>((resolve, reject) => {
      inflate.write(block, (error) => (error ? reject(error) : resolve()));
    });
    for (let piece = inflate.read() as Buffer | null; piece; piece = inflate.read() as Buffer | null)
      pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** No headers: an empty list in a stored block, with the marker that Go's reader waits for; the first one has zlib's head. */
  #reply(id: number): Buffer {
    const head = this.#hasReplied ? [] : [0x78, 0x01];
    this.#hasReplied = true;
    const block = [...head, 0x00, 0x04, 0x00, 0xfb, 0xff, 0, 0, 0, 0, 0x00, 0x00, 0x00, 0xff, 0xff];
    const payload = Buffer.alloc(4 + block.length);
    payload.writeUInt32BE(id, 0);
    payload.set(block, 4);
    return controlFrame(SYN_REPLY, payload);
  }
}

const streamId = (payload: Buffer): number => payload.readUInt32BE(0) & 0x7fffffff;

function takeFrame(received: ByteQueue): Buffer | undefined {
  if (received.length < HEAD_BYTES) return undefined;
  const length = HEAD_BYTES + received.peek(HEAD_BYTES).readUIntBE(5, 3);
  return received.length < length ? undefined : received.take(length);
}

function controlFrame(type: number, payload: Uint8Array): Buffer {
  const frame = Buffer.alloc(HEAD_BYTES + payload.length);
  frame.writeUInt16BE(0x8003, 0);
  frame.writeUInt16BE(type, 2);
  frame.writeUIntBE(payload.length, 5, 3);
  frame.set(payload, HEAD_BYTES);
  return frame;
}

function dataFrame(id: number, bytes: Uint8Array, flags: number): Buffer {
  const frame = Buffer.allocUnsafe(HEAD_BYTES + bytes.length);
  frame.writeUInt32BE(id, 0);
  frame[4] = flags;
  frame.writeUIntBE(bytes.length, 5, 3);
  frame.set(bytes, HEAD_BYTES);
  return frame;
}

function resetFrame(id: number): Buffer {
  const payload = Buffer.alloc(8);
  payload.writeUInt32BE(id, 0);
  payload.writeUInt32BE(CANCEL, 4);
  return controlFrame(RST_STREAM, payload);
}

/** Name and value by turns, each with its length before it. */
function parseHeaders(block: Buffer): Record<string, string> {
  const headers: Record<string, string> = {};
  let offset = 4;
  const text = (): string => {
    const start = offset + 4;
    offset = start + block.readUInt32BE(offset);
    return block.toString("latin1", start, offset);
  };
  for (let remaining = block.readUInt32BE(0); remaining > 0; remaining--) {
    const name = text().toLowerCase();
    headers[name] = text();
  }
  return headers;
}
