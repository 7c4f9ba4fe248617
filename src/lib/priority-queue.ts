/** Gives out its items smallest first, as `compare` orders them. Adding and taking cost the logarithm of the size. */
export class PriorityQueue<T> {
  readonly #compare: (a: T, b: T) => number;
  /** A binary heap: the children of the item at n are at 2n + 1 and 2n + 2, and none is smaller than its parent. */
  readonly #heap: T[] = [];

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#heap.length;
  }

  peek(): T | undefined {
    return this.#heap[0];
  }

  push(item: T): void {
    let index = this.#heap.push(item) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfSmaller(index, parent)) return;
      index = parent;
    }
  }

  pop(): T | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return first;
    this.#heap[0] = last;
    this.#sink();
    return first;
  }

  #sink(): void {
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= this.#heap.length) return;
      const smaller = left + 1 < this.#heap.length && this.#isSmaller(left + 1, left) ? left + 1 : left;
      if (!this.#swapIfSmaller(smaller, index)) return;
      index = smaller;
    }
  }

  #swapIfSmaller(child: number, parent: number): boolean {
    if (!this.#isSmaller(child, parent)) return false;
    // Both indexes are within the heap.
    [this.#heap[child], this.#heap[parent]] = [this.#heap[parent] as T, this.#heap[child] as T];
    return true;
  }

  #isSmaller(a: number, b: number): boolean {
    return this.#compare(this.#heap[a] as T, this.#heap[b] as T) < 0;
  }
}
