const INITIAL_BYTES = 512;

/** How the next bytes of a message are to be read. */
export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH_DELIMITED = 2;
export const FIXED32 = 5;

/**
 * Writes protobuf from the end to the start: a message's length is known once its fields are written, so nothing is moved.
 * Whoever writes a message therefore writes its last field first.
 */
export class ProtobufWriter {
  #buffer = Buffer.allocUnsafe(INITIAL_BYTES);
  #start = INITIAL_BYTES;

  /** What was written; the writer must not be used afterwards. */
  finish(): Uint8Array {
    return this.#buffer.subarray(this.#start);
  }

  /** How much was written, to tell the length of what comes next. */
  get length(): number {
    return this.#buffer.length - this.#start;
  }

  text(field: number, value: string): void {
    const size = Buffer.byteLength(value);
    this.#reserve(size);
    this.#start -= size;
    this.#buffer.write(value, this.#start, size, "utf8");
    this.#lengthAndTag(field, size);
  }

  bytes(field: number, value: Uint8Array): void {
    this.raw(value);
    this.#lengthAndTag(field, value.length);
  }

  /** Bytes without tag and length. */
  raw(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#start -= value.length;
    this.#buffer.set(value, this.#start);
  }

  boolean(field: number, value: boolean): void {
    this.#varint(value ? 1 : 0);
    this.#tag(field, VARINT);
  }

  /** Negative numbers take ten bytes, as int32 and int64 do. */
  integer(field: number, value: number | bigint): void {
    if (typeof value === "number" && value >= 0) this.#varint(value);
    else this.#bigVarint(BigInt.asUintN(64, BigInt(value)));
    this.#tag(field, VARINT);
  }

  double(field: number, value: number): void {
    this.#reserve(8);
    this.#start -= 8;
    this.#buffer.writeDoubleLE(value, this.#start);
    this.#tag(field, FIXED64);
  }

  /** A message in a field; `write` writes its fields, the last one first. */
  message(field: number, write: () => void): void {
    const before = this.length;
    write();
    this.#lengthAndTag(field, this.length - before);
  }

  #lengthAndTag(field: number, size: number): void {
    this.#varint(size);
    this.#tag(field, LENGTH_DELIMITED);
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType);
  }

  #varint(value: number): void {
    this.#reserve(10);
    let size = 1;
    for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
    this.#start -= size;
    let at = this.#start;
    let rest = value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#buffer[at++] = (rest % 0x80) | 0x80;
    this.#buffer[at] = rest;
  }

  #bigVarint(value: bigint): void {
    const groups: number[] = [];
    for (let rest = value; ; rest >>= 7n) {
      groups.push(Number(rest & 0x7fn));
      if (rest < 0x80n) break;
    }
    this.#reserve(groups.length);
    this.#start -= groups.length;
    for (const [index, group] of groups.entries()) {
      this.#buffer[this.#start + index] = index < groups.length - 1 ? group | 0x80 : group;
    }
  }

  #reserve(size: number): void {
    if (this.#start >= size) return;
    const used = this.length;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, used + size));
    this.#buffer.copy(grown, grown.length - used, this.#start);
    this.#start = grown.length - used;
    this.#buffer = grown;
  }
}
