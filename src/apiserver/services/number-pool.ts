import { randomFraction } from "../../lib/random.ts";

/**
 * Numbers from 0 to `size` - 1, each held by one owner. Those below `reserved` are handed out last: that is where people pick
 * numbers of their own, and so seldom meet one that was handed out (KEP-3070).
 */
export class NumberPool {
  readonly #size: number;
  readonly #reserved: number;
  readonly #held = new Set<number>();

  constructor(size: number, reserved: number) {
    this.#size = size;
    this.#reserved = reserved;
  }

  /** `false`: somebody else has it. */
  take(number: number): boolean {
    if (this.#held.has(number)) return false;
    this.#held.add(number);
    return true;
  }

  /** Any free number; undefined when there is none. */
  takeAny(): number | undefined {
    return this.#takeFrom(this.#reserved, this.#size) ?? this.#takeFrom(0, this.#reserved);
  }

  release(number: number): void {
    this.#held.delete(number);
  }

  /** Starts anywhere, so that a number that was just released is not handed out again at once. */
  #takeFrom(first: number, end: number): number | undefined {
    const count = end - first;
    const start = Math.floor(randomFraction() * count);
    for (let step = 0; step < count; step++) {
      const number = first + ((start + step) % count);
      if (this.take(number)) return number;
    }
    return undefined;
  }
}
