import { apiError } from "../../api/api-error.ts";
import { frameObject, shapedObject } from "../answer-objects.ts";
import type { WatchAnswer, WatchFrame } from "../api-request.ts";
import { frameLines } from "./json-documents.ts";
import type { Exchange } from "./send-answer.ts";

/** A watcher that lets this much pile up is closed: it must never slow down writers or other watchers. */
const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;

/** Sends a watch as it happens, until either side ends it. */
export function streamWatch(exchange: Exchange, answer: WatchAnswer): void {
  const { response, streams, representation } = exchange;
  if (representation.format !== "json") {
    throw apiError("NotAcceptable", "only the following media types are accepted: application/json");
  }
  const lines = representation.shape.as === "object" ? sharedLines(answer) : shapedLines(exchange, answer);
  response.writeHead(200, { "content-type": "application/json" });
  response.flushHeaders?.();
  const unregister = streams.add(() => response.end());
  const stop = answer.start({
    send(frames) {
      response.write(lines(frames));
      if (response.writableLength > MAX_BUFFERED_BYTES) response.destroy();
    },
    end: () => void response.end(),
  });
  response.once("close", () => {
    stop();
    unregister();
  });
}

/** Watchers of the same frames are sent the same bytes. */
function sharedLines({ resource }: WatchAnswer): (frames: readonly WatchFrame[]) => Buffer {
  const { frameBytes } = resource.storage;
  return (frames) => {
    const known = frameBytes.get(frames);
    if (known) return known;
    const bytes = frameLines(frames, resource);
    frameBytes.set(frames, bytes);
    return bytes;
  };
}

function shapedLines(
  { representation: { shape }, now }: Exchange,
  { resource }: WatchAnswer,
): (frames: readonly WatchFrame[]) => Buffer {
  let isFirst = true;
  const line = (frame: WatchFrame): string => {
    const object = frameObject(frame, resource);
    if (frame.type === "ERROR") return `${JSON.stringify({ type: frame.type, object })}\n`;
    // All but errors are objects of the watched kind.
    const shaped = shapedObject(object, resource, shape, now(), isFirst);
    isFirst = false;
    return `${JSON.stringify({ type: frame.type, object: shaped })}\n`;
  };
  return (frames) => Buffer.from(frames.map(line).join(""));
}
