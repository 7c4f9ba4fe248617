import type { WebSocketConnection } from "../../lib/wire/websocket.ts";
import type { TerminalSession } from "../api-request.ts";
import { exitStatus, failureStatus } from "./exit-status.ts";
import { TerminalInput } from "./terminal-input.ts";

/** The first byte of each message says which stream it belongs to. */
const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const ERROR = 3;
const RESIZE = 4;
/** Followed by the number of a stream that the client has finished; since v5. */
const CLOSE = 255;

/** By name, the newest first. Since v4 the end is told as a Status; older clients are sent the text of a failure and nothing else. */
const PROTOCOLS: ReadonlyMap<string, ChannelProtocol> = new Map([
  ["v5.channel.k8s.io", { isBase64: false, endsWithStatus: true }],
  ["v4.channel.k8s.io", { isBase64: false, endsWithStatus: true }],
  ["v4.base64.channel.k8s.io", { isBase64: true, endsWithStatus: true }],
  ["channel.k8s.io", { isBase64: false, endsWithStatus: false }],
  ["base64.channel.k8s.io", { isBase64: true, endsWithStatus: false }],
]);

/** Of a client that names none. */
const UNNAMED_PROTOCOL: ChannelProtocol = { isBase64: false, endsWithStatus: false };

export const TERMINAL_PROTOCOLS: readonly string[] = [...PROTOCOLS.keys()];

interface ChannelProtocol {
  /** Messages are text: the channel as a digit, and what it carries in base64. */
  readonly isBase64: boolean;
  readonly endsWithStatus: boolean;
}

/** Joins a session with a client that speaks the channel protocol. Resolves when the session is over and the client was told. */
export async function serveTerminalWebSocket(
  session: TerminalSession,
  protocolName: string | undefined,
  connection: WebSocketConnection,
): Promise<void> {
  const protocol = PROTOCOLS.get(protocolName ?? "") ?? UNNAMED_PROTOCOL;
  const send = (channel: number, bytes: Uint8Array = new Uint8Array()): Promise<void> =>
    protocol.isBase64
      ? connection.sendText(`${channel}${Buffer.from(bytes).toString("base64")}`)
      : connection.send(Buffer.from([channel]), bytes);
  const gone = new AbortController();
  const input = new TerminalInput(session);
  readClient(connection, protocol, input)
    .catch(() => undefined)
    .finally(() => {
      input.finish();
      gone.abort(new Error("The client is gone"));
    });
  // Clients take the first message, even an empty one, as the sign that the session has begun.
  await send(session.stdout ? STDOUT : session.stderr ? STDERR : ERROR);
  const output = (channel: number): WritableStream<Uint8Array> =>
    new WritableStream({ write: (bytes) => send(channel, bytes) });
  const status = await session
    .run({
      stdin: input.stdin,
      stdout: session.stdout ? output(STDOUT) : undefined,
      stderr: session.stderr ? output(STDERR) : undefined,
      resizes: input.resizes,
      signal: gone.signal,
    })
    .then(exitStatus, failureStatus);
  input.drop();
  const end = protocol.endsWithStatus ? JSON.stringify(status) : (status.message ?? "");
  if (!gone.signal.aborted && end !== "") await send(ERROR, Buffer.from(end));
  connection.close();
}

/** Sorts what the client sends by its channel. */
async function readClient(
  connection: WebSocketConnection,
  { isBase64 }: ChannelProtocol,
  input: TerminalInput,
): Promise<void> {
  for await (const message of connection.messages()) {
    const channel = isBase64 ? Number(message.toString("latin1", 0, 1)) : message[0];
    const bytes = isBase64 ? Buffer.from(message.toString("latin1", 1), "base64") : message.subarray(1);
    if (channel === STDIN) await input.writeStdin(bytes);
    else if (channel === RESIZE) input.resize(bytes);
    else if (channel === CLOSE && bytes[0] === STDIN) input.closeStdin();
  }
}
