import { FIXED32, FIXED64, LENGTH_DELIMITED, VARINT } from "./protobuf-writer.ts";

/** Bytes that are no protobuf message. */
export class ProtobufError extends Error {
  override readonly name = "ProtobufError";
}

/**
 * Walks through a protobuf message: `next()` moves to a field, then one of the value readers takes what it holds.
 * Everything is bounded by the message's own bytes; damage is a ProtobufError.
 */
export class ProtobufReader {
  field = 0;
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;
  #wireType = VARINT;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
    this.#end = end;
  }

  /** False at the end of the message. */
  next(): boolean {
    if (this.#at >= this.#end) return false;
    const tag = this.#varint();
    this.field = Math.floor(tag / 8);
    this.#wireType = tag % 8;
    if (this.field === 0) throw new ProtobufError("illegal tag 0");
    return true;
  }

  text(): string {
    const [start, end] = this.#slice();
    return this.#bytes.toString("utf8", start, end);
  }

  /** Shares memory with the message. */
  bytes(): Uint8Array {
    const [start, end] = this.#slice();
    return this.#bytes.subarray(start, end);
  }

  message(): ProtobufReader {
    const [start, end] = this.#slice();
    return new ProtobufReader(this.#bytes, start, end);
  }

  boolean(): boolean {
    this.#expect(VARINT);
    return this.#varint() !== 0;
  }

  /** A signed integer of 32 or 64 bits. */
  integer(): bigint {
    this.#expect(VARINT);
    return BigInt.asIntN(64, this.#bigVarint());
  }

  double(): number {
    this.#expect(FIXED64);
    const start = this.#advance(8);
    return this.#bytes.readDoubleLE(start);
  }

  /** Passes over a field that nobody knows. */
  skip(): void {
    switch (this.#wireType) {
      case VARINT:
        this.#bigVarint();
        return;
      case FIXED64:
        this.#advance(8);
        return;
      case LENGTH_DELIMITED:
        this.#slice();
        return;
      case FIXED32:
        this.#advance(4);
        return;
      default:
        throw new ProtobufError(`illegal wireType ${this.#wireType}`);
    }
  }

  #expect(wireType: number): void {
    if (this.#wireType !== wireType) {
      throw new ProtobufError(`wrong wireType = ${this.#wireType} for field ${this.field}`);
    }
  }

  #slice(): readonly [number, number] {
    this.#expect(LENGTH_DELIMITED);
    const size = this.#varint();
    const start = this.#advance(size);
    return [start, start + size];
  }

  #advance(size: number): number {
    const start = this.#at;
    if (start + size > this.#end) throw new ProtobufError("unexpected EOF");
    this.#at = start + size;
    return start;
  }

  /** Tags and lengths: exact as long as they are sane, and refused by their size when not. */
  #varint(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 70; scale *= 0x80) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new ProtobufError("integer overflow");
  }

  #bigVarint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new ProtobufError("integer overflow");
  }

  #byte(): number {
    const byte = this.#at < this.#end ? this.#bytes[this.#at] : undefined;
    if (byte === undefined) throw new ProtobufError("unexpected EOF");
    this.#at++;
    return byte;
  }
}
