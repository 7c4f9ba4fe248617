import type { LogChunk } from "../runtime/runtime.ts";

/** What of a log is shown, and how. */
export interface LogForm {
  readonly timestamps: boolean;
  readonly limitBytes: number | undefined;
  readonly stream: "All" | "Stdout" | "Stderr";
}

const NEWLINE = 0x0a;

/**
 * The bytes of a log as they were written. With `timestamps`, each line begins with its time, and the later parts of a long line
 * do not. The limit counts every byte and may cut a line.
 */
export function logBytes(chunks: ReadableStream<LogChunk>, form: LogForm): ReadableStream<Uint8Array> {
  const reader = chunks.getReader();
  const wanted = form.stream === "All" ? undefined : form.stream === "Stdout" ? "stdout" : "stderr";
  const isAtLineStart = { stdout: true, stderr: true };
  let remaining = form.limitBytes ?? Infinity;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          const { done, value: chunk } = remaining > 0 ? await reader.read() : { done: true, value: undefined };
          if (done || !chunk) {
            controller.close();
            return await reader.cancel();
          }
          if (chunk.bytes.length === 0 || (wanted !== undefined && chunk.stream !== wanted)) continue;
          const shown = form.timestamps && isAtLineStart[chunk.stream] ? withTime(chunk) : chunk.bytes;
          isAtLineStart[chunk.stream] = chunk.bytes.at(-1) === NEWLINE;
          const cut = shown.length > remaining ? shown.subarray(0, remaining) : shown;
          remaining -= cut.length;
          return controller.enqueue(cut);
        }
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

const withTime = ({ time, bytes }: LogChunk): Uint8Array => Buffer.concat([Buffer.from(`${time} `), bytes]);
