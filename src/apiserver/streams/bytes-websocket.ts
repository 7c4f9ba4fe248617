import type { WebSocketConnection } from "../../lib/wire/websocket.ts";

const BINARY_PROTOCOL = "binary.k8s.io";
const BASE64_PROTOCOL = "base64.binary.k8s.io";

export const BYTES_PROTOCOLS: readonly string[] = [BINARY_PROTOCOL, BASE64_PROTOCOL];

/** Sends bytes as the messages of a WebSocket: binary ones, or text in base64 for clients that asked for it. */
export async function serveBytesWebSocket(
  body: ReadableStream<Uint8Array> | undefined,
  protocol: string | undefined,
  connection: WebSocketConnection,
): Promise<void> {
  const send = (bytes: Uint8Array): Promise<void> =>
    protocol === BASE64_PROTOCOL ? connection.sendText(Buffer.from(bytes).toString("base64")) : connection.send(bytes);
  const reader = body?.getReader();
  ignoreMessages(connection)
    .catch(() => undefined)
    .then(() => reader?.cancel())
    .catch(() => undefined);
  // Clients take the first message, which is empty, as the sign that the stream has begun.
  await send(new Uint8Array());
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) await send(next.value);
  connection.close();
}

/** Until the client closes: it has nothing to say, but its pings are answered. */
export async function ignoreMessages(connection: WebSocketConnection): Promise<void> {
  for await (const _ of connection.messages());
}
