import type { Writable } from "node:stream";

/**
 * Writes to a node:stream, waiting while it is full. Closing ends this direction of it, if it `passesEnd`; aborting destroys
 * both directions.
 */
export function writableBytes(target: Writable, passesEnd: boolean): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    write: (chunk) => written(target, chunk),
    close: () => (passesEnd ? ended(target) : undefined),
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

function ended(target: Writable): Promise<void> {
  return new Promise((resolve) => {
    // A peer that went away has read all it ever will.
    if (target.destroyed) resolve();
    else target.end(() => resolve());
  });
}
