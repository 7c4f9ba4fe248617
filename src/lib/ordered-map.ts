/**
 * A map of strings in key order, for ranges by prefix over hundreds of thousands of keys.
 *
 * The entries lie in sorted chunks (a B-tree of two levels): finding a key costs two binary searches, adding one moves at most
 * a chunk of entries, and a range is copied chunk by chunk. Order is that of UTF-16 code units, which is the byte order of
 * UTF-8 for every key without characters beyond U+FFFF.
 */
export class OrderedMap<V> {
  /** Never empty while the map holds something, and no chunk in it is empty. */
  #chunks: Chunk<V>[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Builds the map from keys in ascending order, without searching. */
  static fromSorted<V>(keys: readonly string[], values: readonly V[]): OrderedMap<V> {
    const map = new OrderedMap<V>();
    for (let start = 0; start < keys.length; start += HALF_CHUNK) {
      const end = start + HALF_CHUNK;
      map.#chunks.push({ keys: keys.slice(start, end), values: values.slice(start, end) });
    }
    map.#size = keys.length;
    return map;
  }

  get(key: string): V | undefined {
    const chunk = this.#chunks[this.#chunkOf(key)];
    if (!chunk) return undefined;
    const index = lowerBound(chunk.keys, key);
    return chunk.keys[index] === key ? chunk.values[index] : undefined;
  }

  set(key: string, value: V): void {
    const position = this.#chunkOf(key);
    const chunk = this.#chunks[position];
    if (!chunk) {
      this.#chunks.push({ keys: [key], values: [value] });
      this.#size = 1;
      return;
    }
    const index = lowerBound(chunk.keys, key);
    if (chunk.keys[index] === key) {
      chunk.values[index] = value;
      return;
    }
    chunk.keys.splice(index, 0, key);
    chunk.values.splice(index, 0, value);
    this.#size++;
    if (chunk.keys.length > FULL_CHUNK) this.#split(position, chunk);
  }

  delete(key: string): boolean {
    const position = this.#chunkOf(key);
    const chunk = this.#chunks[position];
    if (!chunk) return false;
    const index = lowerBound(chunk.keys, key);
    if (chunk.keys[index] !== key) return false;
    chunk.keys.splice(index, 1);
    chunk.values.splice(index, 1);
    this.#size--;
    if (chunk.keys.length === 0) this.#chunks.splice(position, 1);
    return true;
  }

  /** The values whose keys start with `prefix` and come after the key `after`, in key order, at most `limit` of them. */
  valuesWithPrefix(prefix: string, after?: string, limit = Infinity): V[] {
    const start = this.#start(prefix, after);
    const end = this.#end(prefix);
    const values: V[] = [];
    for (let position = start.chunk; position <= end.chunk && values.length < limit; position++) {
      const chunk = this.#chunks[position];
      if (!chunk) break;
      const from = position === start.chunk ? start.index : 0;
      const to = Math.min(position === end.chunk ? end.index : chunk.values.length, from + limit - values.length);
      for (let index = from; index < to; index++) values.push(chunk.values[index] as V); // The bounds are the chunk's own.
    }
    return values;
  }

  /** How many keys start with `prefix` and come after the key `after`. */
  countWithPrefix(prefix: string, after?: string): number {
    return Math.max(this.#rank(this.#end(prefix)) - this.#rank(this.#start(prefix, after)), 0);
  }

  *entries(): Generator<[string, V]> {
    for (const chunk of this.#chunks) {
      for (const [index, key] of chunk.keys.entries()) yield [key, chunk.values[index] as V]; // The lists are of one length.
    }
  }

  /** The only chunk that can hold `key`: the last that starts at or before it. */
  #chunkOf(key: string): number {
    let low = 0;
    let high = this.#chunks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (firstKey(this.#chunks[middle]) <= key) low = middle + 1;
      else high = middle;
    }
    return Math.max(low - 1, 0);
  }

  /** Where the keys with `prefix` that come after `after` begin. */
  #start(prefix: string, after: string | undefined): Position {
    if (after === undefined || after < prefix) return this.#locate(prefix, (key) => key < prefix);
    return this.#locate(after, (key) => key <= after);
  }

  /** Where the first key behind those with `prefix` is, or would be. */
  #end(prefix: string): Position {
    const isBefore = (key: string): boolean => key < prefix || key.startsWith(prefix);
    const chunk = Math.max(partition(this.#chunks.length, (i) => isBefore(firstKey(this.#chunks[i]))) - 1, 0);
    return this.#within(chunk, isBefore);
  }

  #locate(key: string, isBefore: (key: string) => boolean): Position {
    return this.#within(this.#chunkOf(key), isBefore);
  }

  #within(chunk: number, isBefore: (key: string) => boolean): Position {
    const keys = this.#chunks[chunk]?.keys ?? [];
    return { chunk, index: partition(keys.length, (i) => isBefore(keys[i] ?? "")) };
  }

  #rank(position: Position): number {
    let rank = position.index;
    for (let i = 0; i < position.chunk; i++) rank += this.#chunks[i]?.keys.length ?? 0;
    return rank;
  }

  #split(position: number, chunk: Chunk<V>): void {
    // Keys that only grow (names with a counter) leave full chunks behind instead of half-empty ones.
    const isAppending = position === this.#chunks.length - 1;
    const at = isAppending ? chunk.keys.length - 1 : chunk.keys.length >>> 1;
    this.#chunks.splice(position + 1, 0, { keys: chunk.keys.splice(at), values: chunk.values.splice(at) });
  }
}

interface Chunk<V> {
  readonly keys: string[];
  readonly values: V[];
}

interface Position {
  readonly chunk: number;
  readonly index: number;
}

const FULL_CHUNK = 512;
const HALF_CHUNK = FULL_CHUNK / 2;

function firstKey(chunk: Chunk<unknown> | undefined): string {
  return chunk?.keys[0] ?? "";
}

/** The index of the first key that is not below `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] ?? "") < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of the indexes below `length` satisfy a claim that holds for a first part of them only. */
function partition(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
