import type { Readable } from "node:stream";

import type { LogChunk, RuntimeLogOptions } from "../runtime.ts";
import type { DockerConnection } from "./connection.ts";
import { multiplexedFrames } from "./frames.ts";

/** The engine writes times with exactly nine digits of fraction, so that they have one length; a space follows. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z $/;
const TIME_BYTES = 31;
/** The engine cuts longer lines into parts of this size. */
const LONGEST_PART_BYTES = 16 * 1024;

const NEWLINE = 0x0a;

/** The lines of a container, from the engine's files: also of one that has ended. With `follow`, until it ends. */
export async function containerLogs(
  connection: DockerConnection,
  id: string,
  options: RuntimeLogOptions,
  signal: AbortSignal,
): Promise<ReadableStream<LogChunk>> {
  const hasTerminal = await hasTty(connection, id, signal);
  const source = await openLogs(connection, id, options, signal);
  const destroy = (): void => void source.destroy();
  signal.addEventListener("abort", destroy, { once: true });
  if (signal.aborted) destroy();
  const chunks = (hasTerminal ? terminalChunks(source) : framedChunks(source))[Symbol.asyncIterator]();
  const close = (): void => {
    signal.removeEventListener("abort", destroy);
    destroy();
  };
  return new ReadableStream<LogChunk>(
    {
      async pull(controller) {
        try {
          const { done, value } = await chunks.next();
          if (!done) return controller.enqueue(value);
          close();
          controller.close();
        } catch (error) {
          close();
          controller.error(error);
        }
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
}

async function hasTty(connection: DockerConnection, id: string, signal: AbortSignal): Promise<boolean> {
  const { Config } = await connection.call(
    "Inspecting a container",
    (abortSignal) => connection.docker.getContainer(id).inspect({ abortSignal }),
    { signal },
  );
  return Config.Tty;
}

/** Not `container.logs`, which keeps the whole answer in memory unless it follows. */
function openLogs(
  connection: DockerConnection,
  id: string,
  { follow, sinceMs, tailLines }: RuntimeLogOptions,
  signal: AbortSignal,
): Promise<Readable> {
  const query = {
    stdout: true,
    stderr: true,
    timestamps: true,
    follow,
    ...(sinceMs === undefined ? {} : { since: (sinceMs / 1000).toFixed(3) }),
    ...(tailLines === undefined ? {} : { tail: tailLines }),
  };
  const { modem } = connection.docker;
  return connection.call(
    "Reading a container's log",
    (abortSignal) =>
      new Promise((resolve, reject) => {
        modem.dial(
          {
            path: `/containers/${id}/logs?`,
            method: "GET",
            isStream: true,
            statusCodes: { 200: true, 404: "no such container", 500: "server error" },
            options: query,
            abortSignal,
          },
          (error, stream) => {
            if (error) reject(error);
            // `isStream` makes the answer the response itself.
            else resolve(stream as unknown as Readable);
          },
        );
      }),
    { signal },
  );
}

/** Without a terminal each frame is one line, or a part of one, behind its time. */
export async function* framedChunks(source: AsyncIterable<Uint8Array>): AsyncGenerator<LogChunk> {
  for await (const { stream, bytes } of multiplexedFrames(source)) yield { stream, ...timed(bytes) };
}

/**
 * With a terminal there are no frames: a time begins each line, and also stands in the middle of one longer than the engine
 * keeps together, where its place tells it from text.
 */
export async function* terminalChunks(source: AsyncIterable<Uint8Array>): AsyncGenerator<LogChunk> {
  let pending: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    pending = pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([pending, chunk]);
    for (;;) {
      const end = chunkEnd(pending);
      if (end === undefined) break;
      yield { stream: "stdout", ...timed(pending.subarray(0, end)) };
      pending = pending.subarray(end);
    }
  }
  if (pending.length > 0) yield { stream: "stdout", ...timed(pending) };
}

function chunkEnd(bytes: Buffer): number | undefined {
  const newline = bytes.indexOf(NEWLINE);
  const cut = TIME_BYTES + LONGEST_PART_BYTES;
  if (newline >= 0 && newline < cut) return newline + 1;
  if (bytes.length < cut + TIME_BYTES) return newline >= 0 ? newline + 1 : undefined;
  if (TIME.test(bytes.toString("latin1", cut, cut + TIME_BYTES))) return cut;
  return newline >= 0 ? newline + 1 : undefined;
}

function timed(bytes: Uint8Array): { time: string; bytes: Uint8Array } {
  const time = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(TIME_BYTES, bytes.length)).toString("latin1");
  if (!TIME.test(time)) return { time: "", bytes };
  return { time: time.trimEnd(), bytes: bytes.subarray(TIME_BYTES) };
}
