import { errorText } from "../../lib/logger.ts";
import type { WebSocketConnection } from "../../lib/websocket.ts";
import type { PortForwardSession } from "../api-request.ts";

/** The older protocol of libraries without SPDY: channels 2n and 2n + 1 are the bytes and the errors of the n-th port. */
export const PORT_FORWARD_CHANNEL_PROTOCOL = "v4.channel.k8s.io";

/** Opens one connection into the pod for each port of the request. Resolves when the client is gone. */
export async function servePortForwardWebSocket(
  session: PortForwardSession,
  connection: WebSocketConnection,
): Promise<void> {
  const gone = new AbortController();
  const inputs = session.ports.map((port, index) => openPort(session, connection, port, index * 2, gone.signal));
  try {
    for await (const message of connection.messages()) {
      const channel = message[0] ?? 0;
      // A connection that failed was reported on its error channel; what is still sent to it is dropped.
      if (channel % 2 === 0) await inputs[channel / 2]?.write(message.subarray(1)).catch(() => undefined);
    }
  } finally {
    gone.abort(new Error("The client is gone"));
    await Promise.allSettled(inputs.map((input) => input.close()));
  }
}

function openPort(
  session: PortForwardSession,
  connection: WebSocketConnection,
  port: number,
  channel: number,
  signal: AbortSignal,
): WritableStreamDefaultWriter<Uint8Array> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const send = (number: number, bytes: Uint8Array): Promise<void> => connection.send(Buffer.from([number]), bytes);
  const run = async (): Promise<void> => {
    // Both channels begin by saying which port they belong to.
    const portBytes = Buffer.from([port & 0xff, port >> 8]);
    await send(channel, portBytes);
    await send(channel + 1, portBytes);
    const pod = await session.connect(port, signal);
    await Promise.all([
      readable.pipeTo(pod.writable, { signal }),
      pod.readable.pipeTo(new WritableStream({ write: (bytes) => send(channel, bytes) }), { signal }),
    ]);
  };
  run().catch(async (error: unknown) => {
    if (signal.aborted) return;
    const message = `an error occurred forwarding ${port}: ${errorText(error)}`;
    await send(channel + 1, Buffer.from(message)).catch(() => undefined);
  });
  return writable.getWriter();
}
