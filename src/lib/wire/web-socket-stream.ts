import { Duplex } from "node:stream";

import type { WebSocketConnection } from "./websocket.ts";

/** The messages of a WebSocket as one stream of bytes, for protocols that are tunnelled through it. */
export function webSocketStream(connection: WebSocketConnection): Duplex {
  const messages = connection.messages();
  const nextBytes = async (): Promise<Buffer | null> => {
    for (;;) {
      const { done, value } = await messages.next();
      if (done) return null;
      // An empty piece would look like "nothing yet", and nobody would ask again.
      if (value.length > 0) return value;
    }
  };
  return new Duplex({
    read() {
      nextBytes().then(
        (bytes) => void this.push(bytes),
        (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
      );
    },
    write(chunk: Uint8Array, _encoding, callback) {
      connection.send(chunk).then(
        () => callback(),
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error))),
      );
    },
    final(callback) {
      connection.close();
      callback();
    },
    destroy(error, callback) {
      connection.close();
      callback(error);
    },
  });
}
