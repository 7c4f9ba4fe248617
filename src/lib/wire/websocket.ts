import { createHash, randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";

import { ByteQueue } from "./byte-queue.ts";
import { writeAll } from "./write-all.ts";

/*
 * RFC 6455 on a connection that was upgraded already, for servers and clients: framing, pings, the closing handshake and
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
  readonly #role: "server" | "client";
  readonly #received = new ByteQueue();
  #fragments: Buffer[] = [];
  #fragmentBytes = 0;
  #hasSentClose = false;

  /** `head` is what came behind the request, or for a client behind the answer. */
  constructor(socket: Duplex, head: Buffer, role: "server" | "client" = "server") {
    this.#socket = socket;
    this.#role = role;
    if (head.length > 0) this.#received.push(head);
  }

  /** What the other side sends, until it closes. While nobody asks for the next message nothing is read from the network. */
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
    return writeAll(this.#socket, this.#frame(BINARY, Buffer.concat(parts)));
  }

  /** Sends a text message; resolves when there is room for the next. */
  sendText(text: string): Promise<void> {
    return writeAll(this.#socket, this.#frame(TEXT, Buffer.from(text)));
  }

  /** Says good-bye and closes the connection. */
  close(code = 1000): void {
    if (this.#hasSentClose || this.#socket.writableEnded) return;
    this.#hasSentClose = true;
    const reason = Buffer.alloc(2);
    reason.writeUInt16BE(code);
    this.#socket.end(this.#frame(CLOSE, reason));
  }

  /** Only a client's frames are masked; `payload` may be changed. */
  #frame(opcode: number, payload: Buffer): Buffer {
    const head = frameHead(opcode, payload.length);
    if (this.#role === "server") return Buffer.concat([head, payload]);
    head[1] = (head[1] ?? 0) | 0x80;
    const mask = randomBytes(4);
    applyMask(payload, mask);
    return Buffer.concat([head, mask, payload]);
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
          this.#keepFragment(payload);
          if (!isFinal) break;
          const message = this.#fragments.length === 1 ? payload : Buffer.concat(this.#fragments);
          this.#fragments = [];
          this.#fragmentBytes = 0;
          yield message;
          break;
        }
        case PING:
          this.#socket.write(this.#frame(PONG, payload));
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

  #keepFragment(payload: Buffer): void {
    this.#fragmentBytes += payload.length;
    if (this.#fragmentBytes > MAX_MESSAGE_BYTES) throw new Error("A WebSocket message in fragments is too large");
    this.#fragments.push(payload);
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
    if (isMasked) applyMask(payload, frame.subarray(headLength - 4, headLength));
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

/** Masks what is plain and unmasks what is masked. */
function applyMask(payload: Buffer, mask: Buffer): void {
  for (let index = 0; index < payload.length; index++) {
    payload[index] = (payload[index] ?? 0) ^ (mask[index & 3] ?? 0);
  }
}
