/** Everything that stays open after its request was answered, so that the server can end it in good order. */
export class OpenStreams {
  readonly #streams = new Set<() => void>();

  /** Returns what to call when the stream has ended by itself. */
  add(end: () => void): () => void {
    this.#streams.add(end);
    return () => void this.#streams.delete(end);
  }

  get size(): number {
    return this.#streams.size;
  }

  endAll(): void {
    for (const end of this.#streams) end();
    this.#streams.clear();
  }
}
