import type { Duplex } from "node:stream";

import type { WebSocketConnection } from "../../lib/wire/websocket.ts";
import type { Representation } from "../answers/representation.ts";
import type { WatchAnswer } from "../api-request.ts";
import { MAX_BUFFERED_BYTES, watchEncoding } from "../http/watch-stream.ts";
import { ignoreMessages } from "./bytes-websocket.ts";

/** Of a message in a stream of bytes; a WebSocket's messages know their lengths. */
const LENGTH_BYTES = 4;

/**
 * Sends each event of a watch as a message of its own, until either side ends it: text where the form is text, else bytes
 * (apiserver/pkg/endpoints/handlers/watch.go).
 */
export async function serveWatchWebSocket(
  answer: WatchAnswer,
  {
    representation,
    now,
    socket,
  }: { readonly representation: Representation; readonly now: () => number; readonly socket: Duplex },
  connection: WebSocketConnection,
): Promise<void> {
  const { bytesOf } = watchEncoding({ representation, now }, answer);
  const isText = representation.format === "json";
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const stop = answer.start({
    send(frames) {
      for (const frame of frames) {
        const bytes = bytesOf([frame]);
        const sent = isText
          ? connection.sendText(Buffer.from(bytes).toString("utf8"))
          : connection.send(bytes.subarray(LENGTH_BYTES));
        // Whoever is gone is told nothing more.
        sent.catch(end);
      }
      // A watcher must never slow down writers or other watchers.
      if (socket.writableLength > MAX_BUFFERED_BYTES) socket.destroy();
    },
    end,
  });
  ignoreMessages(connection).then(end, end);
  await ended;
  stop();
  connection.close();
}
