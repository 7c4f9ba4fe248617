import type { TerminalSession } from "../api-request.ts";
import type { TerminalSize } from "../node-connection.ts";

/**
 * What a client types into a session. Writing waits until the session reads, and what nobody reads any more is dropped, so
 * that the client's good-bye behind it is still seen.
 */
export class TerminalInput {
  readonly stdin: ReadableStream<Uint8Array> | undefined;
  readonly resizes: ReadableStream<TerminalSize> | undefined;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array> | undefined;
  #resizes: ReadableStreamDefaultController<TerminalSize> | undefined;
  #unparsed = "";

  constructor({ stdin, tty }: Pick<TerminalSession, "stdin" | "tty">) {
    if (stdin) {
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      this.stdin = readable;
      this.#stdin = writable.getWriter();
    }
    if (tty) {
      this.resizes = new ReadableStream({
        start: (controller) => void (this.#resizes = controller),
        cancel: () => void (this.#resizes = undefined),
      });
    }
  }

  async writeStdin(bytes: Uint8Array): Promise<void> {
    if (bytes.length > 0) await this.#stdin?.write(bytes).catch(ignore);
  }

  closeStdin(): void {
    this.#stdin?.close().catch(ignore);
  }

  /** Sizes come as JSON, one object after the other, in pieces of any length. */
  resize(bytes: Uint8Array): void {
    this.#unparsed += Buffer.from(bytes).toString("utf8");
    for (let end = this.#unparsed.indexOf("}"); end !== -1; end = this.#unparsed.indexOf("}")) {
      const size = parsedSize(this.#unparsed.slice(0, end + 1));
      this.#unparsed = this.#unparsed.slice(end + 1);
      if (size) this.#resizes?.enqueue(size);
    }
  }

  /** The client sends no more. */
  finish(): void {
    this.closeStdin();
    this.#resizes?.close();
    this.#resizes = undefined;
  }

  /** The session reads no more. */
  drop(): void {
    this.#stdin?.abort().catch(ignore);
  }
}

/** The other side has stopped already. */
const ignore = (): void => undefined;

function parsedSize(text: string): TerminalSize | undefined {
  try {
    const { Width, Height } = JSON.parse(text) as { readonly Width?: unknown; readonly Height?: unknown };
    return typeof Width === "number" && typeof Height === "number" ? { width: Width, height: Height } : undefined;
  } catch {
    // A client that sends nonsense keeps the size it has.
    return undefined;
  }
}
