import type { Duplex } from "node:stream";

import { abortReason } from "../../../lib/abort.ts";
import { ByteChannel } from "../byte-channel.ts";
import type { RuntimeStreams } from "../runtime.ts";
import { writableBytes } from "./byte-streams.ts";
import { multiplexedFrames, terminalFrames, type OutputFrame } from "./frames.ts";

export interface HijackedOptions {
  readonly stdin: boolean;
  readonly tty: boolean;
  /** Whether the process learns that its input has ended. */
  readonly passesEndOfInput: boolean;
  readonly signal: AbortSignal;
}

export interface HijackedStreams extends Omit<RuntimeStreams, "resize"> {
  /** Resolves when the other side has ended its output and all of it was taken; rejects when the connection broke. */
  readonly ended: Promise<void>;
}

/**
 * The streams inside a connection that the engine turned into a raw one (exec, attach). Whoever reads must read or cancel
 * both outputs: they share the connection, so one that nobody takes holds back the other. Aborting destroys the connection.
 */
export function hijackedStreams(
  socket: Duplex,
  { stdin, tty, passesEndOfInput, signal }: HijackedOptions,
): HijackedStreams {
  const stdout = new ByteChannel();
  const stderr = new ByteChannel();
  const destroy = (): void => {
    // Also frees the pump when it waits for a reader that will not come back.
    stdout.fail(abortReason(signal));
    stderr.fail(abortReason(signal));
    socket.destroy();
  };
  signal.addEventListener("abort", destroy, { once: true });
  const ended = pump(tty ? terminalFrames(socket) : multiplexedFrames(socket), { stdout, stderr }, signal).finally(
    () => {
      signal.removeEventListener("abort", destroy);
      socket.destroy();
    },
  );
  // Whoever only reads the streams learns of a failure from them.
  ended.catch(() => undefined);
  // A write that fails is its writer's to see; without a listener, the error would end the process.
  socket.on("error", () => undefined);
  if (signal.aborted) destroy();
  return {
    stdin: stdin ? writableBytes(socket, passesEndOfInput) : undefined,
    stdout: stdout.readable,
    stderr: stderr.readable,
    ended,
  };
}

async function pump(
  frames: AsyncIterable<OutputFrame>,
  outputs: Readonly<Record<OutputFrame["stream"], ByteChannel>>,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const { stream, bytes } of frames) await outputs[stream].push(bytes);
    if (signal.aborted) throw abortReason(signal);
    outputs.stdout.close();
    outputs.stderr.close();
  } catch (error) {
    outputs.stdout.fail(error);
    outputs.stderr.fail(error);
    throw error;
  }
}
