import type { WebSocketConnection } from "../../lib/websocket.ts";
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

export const TERMINAL_PROTOCOLS: readonly string[] = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

/** Joins a session with a client that speaks the channel protocol. Resolves when the session is over and the client was told. */
export async function serveTerminalWebSocket(session: TerminalSession, connection: WebSocketConnection): Promise<void> {
  const gone = new AbortController();
  const input = new TerminalInput(session);
  readClient(connection, input)
    .catch(() => undefined)
    .finally(() => {
      input.finish();
      gone.abort(new Error("The client is gone"));
    });
  // Clients take the first message, even an empty one, as the sign that the session has begun.
  await connection.send(Buffer.from([session.stdout ? STDOUT : session.stderr ? STDERR : ERROR]));
  const output = (channel: number): WritableStream<Uint8Array> =>
    new WritableStream({ write: (bytes) => connection.send(Buffer.from([channel]), bytes) });
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
  if (!gone.signal.aborted) await connection.send(Buffer.from([ERROR]), Buffer.from(JSON.stringify(status)));
  connection.close();
}

/** Sorts what the client sends by its channel. */
async function readClient(connection: WebSocketConnection, input: TerminalInput): Promise<void> {
  for await (const message of connection.messages()) {
    const bytes = message.subarray(1);
    const channel = message[0];
    if (channel === STDIN) await input.writeStdin(bytes);
    else if (channel === RESIZE) input.resize(bytes);
    else if (channel === CLOSE && bytes[0] === STDIN) input.closeStdin();
  }
}
