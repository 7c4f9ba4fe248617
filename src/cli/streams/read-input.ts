import type { CliContext } from "../context.ts";

export interface InputListener {
  /** The next piece is read when this one is dealt with. */
  onBytes(bytes: Buffer): Promise<void>;
  onEnd(): Promise<void>;
  /** The other side takes no more. */
  onFailure(): void;
}

/** Reads standard input until it ends or the reader is disposed, no faster than it is taken. */
export function readInput(stdin: CliContext["stdin"], listener: InputListener): Disposable {
  const ignore = (): void => listener.onFailure();
  const onData = (chunk: Buffer | string): void => {
    stdin.pause();
    listener.onBytes(Buffer.from(chunk)).then(() => isReading && stdin.resume(), ignore);
  };
  const onEnd = (): void => void listener.onEnd().catch(ignore);
  let isReading = true;
  stdin.on("data", onData);
  stdin.once("end", onEnd);
  return {
    [Symbol.dispose]() {
      isReading = false;
      stdin.off("data", onData);
      stdin.off("end", onEnd);
      stdin.pause();
    },
  };
}
