import type { Duplex } from "node:stream";
import { constants, createInflate, type Inflate } from "node:zlib";

import { ByteQueue } from "./byte-queue.ts";
import { spdyDictionary } from "./spdy-dictionary.ts";
import { writeAll } from "./write-all.ts";

/*
 * SPDY/3.1 for servers and clients, as far as Kubernetes speaks it: streams that the client opens, data both ways, half
 * close, reset and ping. There are no flow-control windows: Kubernetes' peers send none, so back-pressure is left to the
 * connection, and a stream that nobody reads holds up the others. Kubernetes does this too (moby/spdystream).
 */

const SYN_STREAM = 1;
const SYN_REPLY = 2;
const RST_STREAM = 3;
const PING = 6;
const FLAG_FIN = 1;
const HEAD_BYTES = 8;
const CANCEL = 5;

/** One stream of a connection: what the other side sends on it, and what it is sent. */
export interface SpdyStream {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly readable: ReadableStream<Uint8Array>;
  /** Closing it tells the other side that nothing more comes; aborting it, that nothing more is read either. */
  readonly writable: WritableStream<Uint8Array>;
}

/** What reading a stream ends with when the other side takes it back: how clients drop a stream that has served. */
export class SpdyStreamReset extends Error {
  constructor() {
    super("The other side reset the stream");
    this.name = "SpdyStreamReset";
  }
}

/** One connection: a server is told of each stream the client opens, a client opens them. */
export class SpdyConnection {
  readonly #transport: Duplex;
  readonly #streams = new Map<number, WritableStreamDefaultWriter<Uint8Array>>();
  readonly #inflate: Inflate;
  /** A client's numbers are odd. */
  #nextId = 1;
  #hasSentHeaders = false;

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

  /** Resolves when the other side has closed the connection; `onStream` is called for each stream that it opens. */
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

  /** Opens a stream, as only a client may. Names of headers are in lower case. */
  open(headers: Readonly<Record<string, string>>): SpdyStream {
    const id = this.#nextId;
    this.#nextId += 2;
    const head = Buffer.alloc(10);
    head.writeUInt32BE(id, 0);
    const stream = this.#stream(id, headers);
    this.#transport.write(controlFrame(SYN_STREAM, Buffer.concat([head, this.#headerBlock(headers)])));
    return stream;
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
        onStream(this.#accept(id, headers));
        if ((flags & FLAG_FIN) !== 0) await this.#onData(id, Buffer.alloc(0), true);
        break;
      }
      case RST_STREAM: {
        const id = streamId(payload);
        const writer = this.#streams.get(id);
        this.#streams.delete(id);
        writer?.abort(new SpdyStreamReset()).catch(() => undefined);
        break;
      }
      case PING:
        await writeAll(this.#transport, controlFrame(PING, payload.subarray(0, 4)));
        break;
    }
  }

  #accept(id: number, headers: Readonly<Record<string, string>>): SpdyStream {
    const head = Buffer.alloc(4);
    head.writeUInt32BE(id, 0);
    this.#transport.write(controlFrame(SYN_REPLY, Buffer.concat([head, this.#headerBlock({})])));
    return this.#stream(id, headers);
  }

  #stream(id: number, headers: Readonly<Record<string, string>>): SpdyStream {
    const { readable, writable: incoming } = new TransformStream<Uint8Array, Uint8Array>();
    const incomingWriter = incoming.getWriter();
    this.#streams.set(id, incomingWriter);
    const transport = this.#transport;
    return {
      headers,
      readable,
      writable: new WritableStream<Uint8Array>({
        write: (bytes) => writeAll(transport, dataFrame(id, bytes, 0)),
        close: () => writeAll(transport, dataFrame(id, new Uint8Array(), FLAG_FIN)),
        abort: (reason) => {
          this.#streams.delete(id);
          incomingWriter.abort(reason).catch(() => undefined);
          return writeAll(transport, resetFrame(id));
        },
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

  /** In a stored block, with the marker that Go's reader waits for; the first one of a connection has zlib's head. */
  #headerBlock(headers: Readonly<Record<string, string>>): Buffer {
    const list = headerList(headers);
    const lengths = Buffer.alloc(4);
    lengths.writeUInt16LE(list.length, 0);
    lengths.writeUInt16LE(~list.length & 0xffff, 2);
    const head = this.#hasSentHeaders ? [] : [0x78, 0x01];
    this.#hasSentHeaders = true;
    return Buffer.concat([Buffer.from([...head, 0x00]), lengths, list, Buffer.from([0x00, 0x00, 0x00, 0xff, 0xff])]);
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

/** What `parseHeaders` reads. */
function headerList(headers: Readonly<Record<string, string>>): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32BE(Object.keys(headers).length, 0);
  const texts = Object.entries(headers).flatMap(([name, value]) => [name, value]);
  return Buffer.concat([
    count,
    ...texts.flatMap((text) => {
      const bytes = Buffer.from(text, "latin1");
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length, 0);
      return [length, bytes];
    }),
  ]);
}
