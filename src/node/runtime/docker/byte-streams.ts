import type { Readable, Writable } from "node:stream";

/** What is read from a node:stream, with its back-pressure; cancelling destroys it. */
export function readableBytes(source: Readable): ReadableStream<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel() {
        source.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Writes to a node:stream, waiting while it is full. Closing ends only this direction; aborting destroys both. */
export function writableBytes(target: Writable): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    write: (chunk) => written(target, chunk),
    close: () =>
      new Promise<void>((resolve) => {
        // A peer that went away has read all it ever will.
        if (target.destroyed) resolve();
        else target.end(() => resolve());
      }),
    abort() {
      target.destroy();
    },
  });
}

function written(target: Writable, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    target.write(chunk, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
}
