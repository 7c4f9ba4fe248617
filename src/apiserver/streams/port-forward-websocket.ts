import { errorText } from "../../lib/logger.ts";
import type { WebSocketConnection } from "../../lib/wire/websocket.ts";
import type { PortForwardSession } from "../api-request.ts";

/** The older protocol of libraries without SPDY: channels 2n and 2n + 1 are the bytes and the errors of the n-th port. */
export const PORT_FORWARD_CHANNEL_PROTOCOL = "v4.channel.k8s.io";

/** Opens one connection into the pod for each port of the request. Resolves when all of them have ended or the client is gone. */
export async function servePortForwardWebSocket(
  session: PortForwardSession,
  connection: WebSocketConnection,
): Promise<void> {
  const gone = new AbortController();
  const ports = session.ports.map((port, index) => openPort(session, connection, port, index * 2, gone.signal));
  try {
    await Promise.race([receive(connection, ports), Promise.all(ports.map(({ ended }) => ended))]);
  } finally {
    connection.close();
    gone.abort(new Error("The client is gone"));
    await Promise.allSettled(ports.map(({ input }) => input.abort()));
  }
}

async function receive(connection: WebSocketConnection, ports: readonly OpenPort[]): Promise<void> {
  for await (const message of connection.messages()) {
    const channel = message[0] ?? 0;
    // A connection that has ended takes no more; why was said on its error channel.
    if (channel % 2 === 0) await ports[channel / 2]?.input.write(message.subarray(1)).catch(() => undefined);
  }
}

interface OpenPort {
  readonly input: WritableStreamDefaultWriter<Uint8Array>;
  /** Resolves when the pod has said all, or cannot be reached. */
  readonly ended: Promise<void>;
}

function openPort(
  session: PortForwardSession,
  connection: WebSocketConnection,
  port: number,
  channel: number,
  signal: AbortSignal,
): OpenPort {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const send = (number: number, bytes: Uint8Array): Promise<void> => connection.send(Buffer.from([number]), bytes);
  const run = async (): Promise<void> => {
    // Both channels begin by saying which port they belong to.
    const portBytes = Buffer.from([port & 0xff, port >> 8]);
    await send(channel, portBytes);
    await send(channel + 1, portBytes);
    const pod = await session.connect(port, signal);
    const toPod = readable.pipeTo(pod.writable, { signal });
    const toClient = pod.readable.pipeTo(new WritableStream({ write: (bytes) => send(channel, bytes) }), { signal });
    // The protocol has no half close: only the pod can say that a connection is over.
    await Promise.race([toClient, toPod.then(() => toClient)]);
  };
  const ended = run().catch(async (error: unknown) => {
    if (signal.aborted) return;
    const message = `an error occurred forwarding ${port}: ${errorText(error)}`;
    await send(channel + 1, Buffer.from(message)).catch(() => undefined);
    await readable.cancel(error).catch(() => undefined);
  });
  return { input: writable.getWriter(), ended };
}
