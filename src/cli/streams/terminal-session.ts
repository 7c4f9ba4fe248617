import type { Status } from "../../api/types/meta-v1.ts";
import { UserError } from "../../lib/user-error.ts";
import type { WebSocketConnection } from "../../lib/wire/websocket.ts";
import { writeAll } from "../../lib/wire/write-all.ts";
import { ExitError } from "../command.ts";
import type { CliContext } from "../context.ts";
import { KeySequence } from "./detach-keys.ts";
import { readInput } from "./read-input.ts";
import { rawTerminal, type RawTerminal } from "./terminal.ts";

/** The first byte of each message says which stream it belongs to. */
const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const ERROR = 3;
const RESIZE = 4;
/** Followed by the number of a stream that has ended; since v5. */
const CLOSE = 255;

export const TERMINAL_PROTOCOLS: readonly string[] = ["v5.channel.k8s.io"];

const INTERRUPTED_EXIT_CODE = 130;

export interface TerminalSessionOptions {
  readonly stdin: boolean;
  readonly tty: boolean;
  /** The keys that leave the session while its process goes on. */
  readonly detachKeys?: readonly number[];
  /** Told a wrong size first, so that whoever draws the screen draws it anew. */
  readonly redraws?: boolean;
}

/** Joins our standard streams with a process in a container until it ends. Throws what kubectl ends with. */
export async function runTerminalSession(
  connection: WebSocketConnection,
  options: TerminalSessionOptions,
  context: CliContext,
): Promise<void> {
  using terminal = options.tty ? rawTerminal(context) : undefined;
  using _resizes = terminal && tellSizes(terminal, connection, options.redraws === true);
  const detached = Promise.withResolvers<"detached">();
  using _input = options.stdin
    ? sendInput(connection, options, context, () => detached.resolve("detached"))
    : undefined;
  const onAbort = (): void => connection.close();
  context.signal.addEventListener("abort", onAbort, { once: true });
  try {
    const ended = receive(connection, context);
    const end = await Promise.race([ended, detached.promise]);
    if (end === "detached") return connection.close();
    if (context.signal.aborted) throw new ExitError(INTERRUPTED_EXIT_CODE);
    checkEnd(end, context);
  } finally {
    context.signal.removeEventListener("abort", onAbort);
    connection.close();
  }
}

function sendInput(
  connection: WebSocketConnection,
  { detachKeys, tty }: TerminalSessionOptions,
  { stdin }: CliContext,
  onDetach: () => void,
): Disposable {
  const sequence = tty && detachKeys ? new KeySequence(detachKeys) : undefined;
  return readInput(stdin, {
    async onBytes(typed) {
      const { bytes, isComplete } = sequence?.pass(typed) ?? { bytes: typed, isComplete: false };
      if (bytes.length > 0) await connection.send(Buffer.from([STDIN]), bytes);
      if (isComplete) onDetach();
    },
    onEnd: () => connection.send(Buffer.from([CLOSE, STDIN])),
    // The session ends by what the server says of it, not by what it no longer reads.
    onFailure: () => undefined,
  });
}

function tellSizes(terminal: RawTerminal, connection: WebSocketConnection, redraws: boolean): Disposable {
  const tell = (added: number): void => {
    const { width, height } = terminal.size();
    const size = JSON.stringify({ Width: width + added, Height: height + added });
    connection.send(Buffer.from([RESIZE]), Buffer.from(size)).catch(() => undefined);
  };
  if (redraws) tell(1);
  tell(0);
  return terminal.onResize(() => tell(0));
}

/** What the process writes, until the server says how it ended. */
async function receive(connection: WebSocketConnection, { stdout, stderr }: CliContext): Promise<Status | undefined> {
  for await (const message of connection.messages()) {
    const bytes = message.subarray(1);
    const channel = message[0];
    if (bytes.length === 0) continue;
    if (channel === STDOUT) await writeAll(stdout, bytes);
    if (channel === STDERR) await writeAll(stderr, bytes);
    // Parse edge: the channel carries one Status.
    if (channel === ERROR) return JSON.parse(bytes.toString("utf8")) as Status;
  }
  return undefined;
}

/** The wording is client-go's (tools/remotecommand). */
function checkEnd(status: Status | undefined, { stderr }: CliContext): void {
  if (!status) throw new UserError("unexpected EOF");
  if (status.status === "Success") return;
  if (status.reason !== "NonZeroExitCode") throw new UserError(status.message ?? "unknown error");
  const code = status.details?.causes?.find(({ reason }) => reason === "ExitCode")?.message ?? "";
  stderr.write(`command terminated with exit code ${code}\n`);
  throw new ExitError(Number.parseInt(code, 10) || 1);
}
