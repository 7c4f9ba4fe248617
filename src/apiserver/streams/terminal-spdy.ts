import type { SpdyConnection, SpdyStream } from "../../lib/wire/spdy.ts";
import type { TerminalSession } from "../api-request.ts";
import { exitStatus, failureStatus } from "./exit-status.ts";
import { TerminalInput } from "./terminal-input.ts";

export const TERMINAL_SPDY_PROTOCOLS: readonly string[] = ["v4.channel.k8s.io"];

type StreamName = "stdin" | "stdout" | "stderr" | "error" | "resize";

/** Joins a session with a client that opens one SPDY stream for each of its own. Resolves when the client was told the end. */
export async function serveTerminalSpdy(session: TerminalSession, connection: SpdyConnection): Promise<void> {
  const gone = new AbortController();
  const arriving = new ArrivingStreams(session);
  connection
    .run((stream) => arriving.add(stream))
    .catch(() => undefined)
    .finally(() => {
      gone.abort(new Error("The client is gone"));
      arriving.fail(new Error("The client is gone"));
    });
  const streams = await arriving.complete;
  const { stdin, stdout, stderr, resize, error } = streams;
  if (!error) throw new Error("The client opened no error stream");
  const input = new TerminalInput({ stdin: false, tty: resize !== undefined });
  if (resize)
    resize.readable.pipeTo(new WritableStream({ write: (bytes) => input.resize(bytes) })).catch(() => undefined);

  const status = await session
    .run({
      stdin: stdin?.readable,
      stdout: stdout?.writable,
      stderr: stderr?.writable,
      resizes: input.resizes,
      signal: gone.signal,
    })
    .then(exitStatus, failureStatus);
  if (gone.signal.aborted) return;
  // Output first: clients stop reading when they know the end.
  await Promise.allSettled([finish(stdout?.writable), finish(stderr?.writable)]);
  const writer = error.writable.getWriter();
  await writer.write(Buffer.from(JSON.stringify(status)));
  await writer.close();
  connection.close();
}

/** The session may have closed its output itself. */
async function finish(writable: WritableStream<Uint8Array> | undefined): Promise<void> {
  if (writable && !writable.locked) await writable.close();
}

/** Collects the streams of a session until all that its options ask for are there. */
class ArrivingStreams {
  readonly complete: Promise<Partial<Record<StreamName, SpdyStream>>>;
  readonly #expected: ReadonlySet<string>;
  readonly #streams: Partial<Record<string, SpdyStream>> = {};
  readonly #settle: PromiseWithResolvers<Partial<Record<StreamName, SpdyStream>>>;

  constructor({ stdin, stdout, stderr, tty }: TerminalSession) {
    this.#settle = Promise.withResolvers();
    this.complete = this.#settle.promise;
    this.#expected = new Set([
      "error",
      ...(stdin ? ["stdin"] : []),
      ...(stdout ? ["stdout"] : []),
      ...(stderr ? ["stderr"] : []),
      ...(tty ? ["resize"] : []),
    ]);
  }

  add(stream: SpdyStream): void {
    this.#streams[stream.headers["streamtype"] ?? ""] = stream;
    if ([...this.#expected].every((name) => this.#streams[name])) this.#settle.resolve(this.#streams);
  }

  fail(error: Error): void {
    this.#settle.reject(error);
  }
}
