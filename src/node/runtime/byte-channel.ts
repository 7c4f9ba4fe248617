/** How much waits for a slow reader before the writer does. */
const QUEUE_BYTES = 64 * 1024;

/** One end pushes and is held back, the other reads. A reader that cancels makes what follows vanish. */
export class ByteChannel {
  readonly readable: ReadableStream<Uint8Array>;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #pulled = Promise.withResolvers<void>();

  constructor(onCancel?: () => void) {
    this.readable = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#release(),
        cancel: () => {
          this.#controller = undefined;
          this.#release();
          onCancel?.();
        },
      },
      new ByteLengthQueuingStrategy({ highWaterMark: QUEUE_BYTES }),
    );
  }

  /** The reader is behind: more should wait. */
  get isFull(): boolean {
    return this.#controller !== undefined && (this.#controller.desiredSize ?? 0) <= 0;
  }

  /** Resolves when there is room for more. */
  async push(bytes: Uint8Array): Promise<void> {
    this.#controller?.enqueue(bytes);
    while (this.isFull) await this.#pulled.promise;
  }

  close(): void {
    this.#controller?.close();
    this.#controller = undefined;
    this.#release();
  }

  /** The reader gets `error` at once; what it has not read is lost. */
  fail(error: unknown): void {
    this.#controller?.error(error);
    this.#controller = undefined;
    this.#release();
  }

  #release(): void {
    this.#pulled.resolve();
    this.#pulled = Promise.withResolvers();
  }
}
