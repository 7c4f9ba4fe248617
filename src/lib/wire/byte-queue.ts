/** Bytes that arrive in pieces and are taken in other pieces, without being copied until they have to be. */
export class ByteQueue {
  #pieces: Buffer[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#length += piece.length;
  }

  /** The next bytes without taking them. There must be that many. */
  peek(length: number): Buffer {
    const [first] = this.#pieces;
    if (first && first.length >= length) return first.subarray(0, length);
    const joined = Buffer.concat(this.#pieces);
    this.#pieces = [joined];
    return joined.subarray(0, length);
  }

  take(length: number): Buffer {
    const taken = this.peek(length);
    const [first, ...rest] = this.#pieces;
    if (first) this.#pieces = first.length === length ? rest : [first.subarray(length), ...rest];
    this.#length -= length;
    return taken;
  }
}
