import type { WatchAnswer, WatchFrame } from "../api-request.ts";
import { frameLines } from "./json-documents.ts";
import type { Exchange } from "./send-answer.ts";

/** A watcher that lets this much pile up is closed: it must never slow down writers or other watchers. */
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;

/** Sends a watch as it happens, until either side ends it. */
export function streamWatch({ response, streams }: Exchange, answer: WatchAnswer): void {
  response.setHeader("content-type", "application/json");
  response.writeHead(200);
  response.flushHeaders?.();
  const stop = answer.start({
    send(frames) {
      response.write(lines(frames));
      if (response.writableLength > MAX_BUFFERED_BYTES) response.destroy();
    },
    end: () => response.end(),
  });
  const closed = streams.add(() => response.end());
  response.once("close", () => {
    stop();
    closed();
  });
  const lines = (frames: readonly WatchFrame[]): Buffer => {
    const known = answer.resource.storage.frameBytes.get(frames);
    if (known) return known;
    const bytes = frameLines(frames, answer.resource);
    answer.resource.storage.frameBytes.set(frames, bytes);
    return bytes;
  };
}
