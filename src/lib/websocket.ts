import { createHash } from "node:crypto";
import type { Duplex } from "node:stream";

import { ByteQueue } from "./byte-queue.ts";
import { writeAll } from "./write-all.ts";

/*
 * The server's side of RFC 6455 on a connection that was upgraded already: framing, pings, the closing handshake and
 * back-pressure in both directions. No extensions.
 */

const ACCEPT_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const CONTINUATION = 0;
const TEXT = 1;
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;
/** One message is kept in memory whole: no peer has a reason to send a larger one. */
const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

/** The value of `Sec-WebSocket-Accept` for a client's key. */
export function webSocketAccept(key: string): string {
  return createHash("sha1")
    .update(key + ACCEPT_GUID)
    .digest("base64");
}

export class WebSocketConnection {
  readonly #socket: Duplex;
  readonly #received = new ByteQueue();
  #fragments: Buffer[] = [];
  #hasSentClose = false;

  /** `head` is what came behind the request. */
  constructor(socket: Duplex, head: Buffer) {
    this.#socket = socket;
    if (head.length > 0) this.#received.push(head);
  }

  /** What the client sends, until it closes. While nobody asks for the next message nothing is read from the network. */
  async *messages(): AsyncGenerator<Buffer, void> {
    yield* this.#complete();
    for await (const chunk of this.#socket) {
      // A socket without an encoding gives buffers.
      this.#received.push(chunk as Buffer);
      yield* this.#complete();
      if (this.#hasSentClose) return;
    }
  }

  /** Sends a binary message; resolves when there is room for the next. */
  send(...parts: readonly Uint8Array[]): Promise<void> {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    return writeAll(this.#socket, Buffer.concat([frameHead(BINARY, length), ...parts]));
  }

  /** Says good-bye and closes the connection. */
  close(code = 1000): void {
    if (this.#hasSentClose || this.#socket.writableEnded) return;
    this.#hasSentClose = true;
    const reason = Buffer.alloc(2);
    reason.writeUInt16BE(code);
    this.#socket.end(Buffer.concat([frameHead(CLOSE, reason.length), reason]));
  }

  /** Messages that are complete by now. Answers control frames on the way. */
  *#complete(): Generator<Buffer, void> {
    for (;;) {
      const frame = this.#takeFrame();
      if (!frame) return;
      const { opcode, isFinal, payload } = frame;
      switch (opcode) {
        case CONTINUATION:
        case TEXT:
        case BINARY: {
          this.#fragments.push(payload);
          if (!isFinal) break;
          const message = this.#fragments.length === 1 ? payload : Buffer.concat(this.#fragments);
          this.#fragments = [];
          yield message;
          break;
        }
        case PING:
          this.#socket.write(Buffer.concat([frameHead(PONG, payload.length), payload]));
          break;
        case CLOSE:
          this.close();
          return;
        case PONG:
          break;
        default:
          this.close(1002);
          return;
      }
    }
  }

  #takeFrame(): { readonly opcode: number; readonly isFinal: boolean; readonly payload: Buffer } | undefined {
    const received = this.#received;
    if (received.length < 2) return undefined;
    const [first = 0, second = 0] = received.peek(2);
    const shortLength = second & 0x7f;
    const lengthBytes = shortLength === 127 ? 8 : shortLength === 126 ? 2 : 0;
    const isMasked = (second & 0x80) !== 0;
    const headLength = 2 + lengthBytes + (isMasked ? 4 : 0);
    if (received.length < headLength) return undefined;
    const head = received.peek(headLength);
    const length =
      lengthBytes === 8 ? Number(head.readBigUInt64BE(2)) : lengthBytes === 2 ? head.readUInt16BE(2) : shortLength;
    if (length > MAX_MESSAGE_BYTES) throw new Error(`A WebSocket frame of ${length} bytes is too large`);
    if (received.length < headLength + length) return undefined;
    const frame = received.take(headLength + length);
    const payload = frame.subarray(headLength);
    if (isMasked) unmask(payload, frame.subarray(headLength - 4, headLength));
    return { opcode: first & 0x0f, isFinal: (first & 0x80) !== 0, payload };
  }
}

function frameHead(opcode: number, length: number): Buffer {
  const first = 0x80 | opcode;
  if (length < 126) return Buffer.from([first, length]);
  if (length < 65_536) {
    const head = Buffer.from([first, 126, 0, 0]);
    head.writeUInt16BE(length, 2);
    return head;
  }
  const head = Buffer.alloc(10);
  head[0] = first;
  head[1] = 127;
  head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}

function unmask(payload: Buffer, mask: Buffer): void {
  for (let index = 0; index < payload.length; index++) {
    payload[index] = (payload[index] ?? 0) ^ (mask[index & 3] ?? 0);
  }
}
