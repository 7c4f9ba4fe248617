import { RuntimeError } from "../runtime-error.ts";

/** A piece of a container's output. */
export interface OutputFrame {
  readonly stream: "stdout" | "stderr";
  readonly bytes: Uint8Array;
}

const HEADER_BYTES = 8;
const STDERR = 2;
/** The engine's own failure, told in the stream because the answer had begun. */
const SYSTEM_ERROR = 3;

/** Takes apart the engine's framing of two outputs in one stream: each frame comes whole, with the bytes as they were written. */
export async function* multiplexedFrames(source: AsyncIterable<Uint8Array>): AsyncGenerator<OutputFrame> {
  let pending: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    pending = pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([pending, chunk]);
    let offset = 0;
    while (pending.length - offset >= HEADER_BYTES) {
      const end = offset + HEADER_BYTES + pending.readUInt32BE(offset + 4);
      if (pending.length < end) break;
      const bytes = pending.subarray(offset + HEADER_BYTES, end);
      const type = pending[offset];
      if (type === SYSTEM_ERROR) throw new RuntimeError("Failed", bytes.toString().trim());
      yield { stream: type === STDERR ? "stderr" : "stdout", bytes };
      offset = end;
    }
    pending = pending.subarray(offset);
  }
}

/** A terminal has one output, and no framing. */
export async function* terminalFrames(source: AsyncIterable<Uint8Array>): AsyncGenerator<OutputFrame> {
  for await (const bytes of source) yield { stream: "stdout", bytes };
}
