/** Lets only so many things happen at once; the others wait in line. */
export class Semaphore {
  #free: number;
  readonly #urgent: (() => void)[] = [];
  readonly #waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.#free = limit;
  }

  /** Runs `work` when it is its turn. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return this.#run(work, this.#waiting);
  }

  /** Runs `work` before all that wait in `run`. */
  runFirst<T>(work: () => Promise<T>): Promise<T> {
    return this.#run(work, this.#urgent);
  }

  async #run<T>(work: () => Promise<T>, line: (() => void)[]): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => line.push(resolve));
    try {
      return await work();
    } finally {
      // Whoever is next takes over this place, so that nobody can slip in between.
      const next = this.#urgent.shift() ?? this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
