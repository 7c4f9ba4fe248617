import type { Writable } from "node:stream";

/** Writes and resolves when there is room for more. A stream that closes meanwhile rejects: nobody reads any more. */
export function writeAll(stream: Writable, bytes: Uint8Array): Promise<void> {
  if (stream.destroyed || stream.writableEnded) return Promise.reject(new Error("The connection is closed"));
  if (stream.write(bytes)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => () => {
      stream.off("drain", onDrain);
      stream.off("close", onClose);
      settle();
    };
    const onDrain = finish(resolve);
    const onClose = finish(() => reject(new Error("The connection is closed")));
    stream.once("drain", onDrain);
    stream.once("close", onClose);
  });
}
