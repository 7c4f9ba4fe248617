/** Locks by name: whoever asks waits for those who asked before. */
export class KeyedLocks {
  readonly #tails = new Map<string, Promise<void>>();

  /** Resolves when it is our turn; disposing passes it on. */
  async take(key: string): Promise<Disposable> {
    const before = this.#tails.get(key);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#tails.set(key, promise);
    await before;
    return {
      [Symbol.dispose]: () => {
        if (this.#tails.get(key) === promise) this.#tails.delete(key);
        resolve();
      },
    };
  }
}
