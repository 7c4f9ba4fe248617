import type { Socket } from "node:net";

import type { SpdyConnection } from "../../lib/wire/spdy.ts";
import { writeAll } from "../../lib/wire/write-all.ts";

/** Joins a connection made to us with one into the pod until both have ended. Returns what went wrong in the pod, or "". */
export async function forwardConnection(
  socket: Socket,
  tunnel: SpdyConnection,
  request: { readonly id: number; readonly port: number },
): Promise<string> {
  // Whoever reads or writes sees it break; an error without a listener would end the process.
  socket.on("error", () => undefined);
  const headers = { port: String(request.port), requestid: String(request.id) };
  const errors = tunnel.open({ ...headers, streamtype: "error" });
  const data = tunnel.open({ ...headers, streamtype: "data" });
  // When the whole tunnel breaks, its owner tells so.
  const problem = textOf(errors.readable).catch(() => "");
  const writer = data.writable.getWriter();
  try {
    await errors.writable.close();
    const toPod = sendAll(socket, writer);
    const toClient = receiveAll(data.readable, socket);
    // A client that has sent all may wait for the answer; a pod that has said all needs nothing more.
    await Promise.race([toClient, toPod.then(() => toClient)]);
  } catch {
    // The client is gone, or the pod: if it is the pod's fault, the other stream says why.
  }
  // Without this, what the pod does not read any more would hold up the other connections.
  await writer.abort().catch(() => undefined);
  socket.destroySoon();
  return await problem;
}

async function sendAll(socket: Socket, writer: WritableStreamDefaultWriter<Uint8Array>): Promise<void> {
  // The other direction may go on when this one has ended. A socket without an encoding gives buffers.
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) await writer.write(chunk as Buffer);
  await writer.close();
}

async function receiveAll(readable: ReadableStream<Uint8Array>, socket: Socket): Promise<void> {
  for await (const bytes of readable) await writeAll(socket, bytes);
}

async function textOf(readable: ReadableStream<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const bytes of readable) pieces.push(bytes);
  return Buffer.concat(pieces).toString("utf8");
}
