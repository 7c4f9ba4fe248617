import { type ServerAccess, tlsSocket } from "./raw-client.ts";

/** Watches a path until a text comes along. */
export async function watchText(access: ServerAccess, path: string, text: string): Promise<void> {
  const socket = await tlsSocket(access);
  try {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let received = "";
    socket.on("data", (chunk: Buffer) => {
      received += chunk.toString("latin1");
      if (received.includes(text)) resolve();
    });
    socket.on("close", () => reject(new Error(`The watch of ${path} ended before ${text} came: ${received}`)));
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n`);
    await promise;
  } finally {
    socket.destroy();
  }
}
