import { untilAborted } from "../../lib/abort.ts";
import { errorText, type Logger } from "../../lib/logger.ts";
import type { RuntimeStreams } from "../runtime/runtime.ts";

/** The client's ends of a terminal session, as the API server hands them over. */
export interface TerminalStreams {
  readonly stdin: ReadableStream<Uint8Array> | undefined;
  readonly stdout: WritableStream<Uint8Array> | undefined;
  readonly stderr: WritableStream<Uint8Array> | undefined;
  readonly resizes: ReadableStream<TerminalSize> | undefined;
  readonly signal: AbortSignal;
}

export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Joins a process to its client until the process has ended its output and the client has taken it all. Input and resizes end
 * with it: a client that goes on typing does not keep a session open.
 */
export async function joinTerminal(process: RuntimeStreams, client: TerminalStreams, log: Logger): Promise<void> {
  const outputEnded = new AbortController();
  const input = passInput(process, client, outputEnded.signal);
  const sizes = passSizes(process, client, outputEnded.signal, log);
  try {
    const output = Promise.all([passOutput(process.stdout, client.stdout), passOutput(process.stderr, client.stderr)]);
    // A client that is gone may leave a write that never ends.
    await untilAborted(output, client.signal);
  } finally {
    outputEnded.abort();
  }
  await Promise.all([input, sizes]);
}

/** An output that the client did not ask for is read all the same: the process must not wait for it. */
async function passOutput(from: ReadableStream<Uint8Array>, to: WritableStream<Uint8Array> | undefined): Promise<void> {
  if (to) await from.pipeTo(to);
  else await from.pipeTo(new WritableStream());
}

/** The process may stop reading, or end, at any moment: then the rest of the input has no taker, which is no failure. */
async function passInput(process: RuntimeStreams, client: TerminalStreams, ended: AbortSignal): Promise<void> {
  if (!process.stdin || !client.stdin) return;
  await client.stdin.pipeTo(process.stdin, { signal: ended }).catch(() => undefined);
}

async function passSizes(
  process: RuntimeStreams,
  { resizes }: TerminalStreams,
  ended: AbortSignal,
  log: Logger,
): Promise<void> {
  if (!resizes) return;
  const toProcess = new WritableStream<TerminalSize>({
    write: async (size) => {
      await process.resize(size).catch((error: unknown) => {
        if (!ended.aborted) log.debug(`Cannot resize a terminal: ${errorText(error)}`);
      });
    },
  });
  await resizes.pipeTo(toProcess, { signal: ended }).catch(() => undefined);
}
