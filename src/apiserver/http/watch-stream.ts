import { apiError } from "../../api/api-error.ts";
import { PROTOBUF_MEDIA_TYPE } from "../../api/schema/protobuf/envelope.ts";
import { frameObject, shapedObject } from "../answers/answer-objects.ts";
import type { WatchAnswer, WatchFrame } from "../api-request.ts";
import { inOneWrite } from "./http-request.ts";
import { frameLines } from "./json-documents.ts";
import { protobufFrame } from "./protobuf-frame.ts";
import type { Exchange } from "./send-answer.ts";

/** A watcher that lets this much pile up is closed: it must never slow down writers or other watchers. */
export const MAX_BUFFERED_BYTES = 16 * 1024 * 1024;

/** Sends a watch as it happens, until either side ends it. */
export function streamWatch(exchange: Exchange, answer: WatchAnswer): void {
  const { request, response, streams } = exchange;
  const { contentType, bytesOf } = watchEncoding(exchange, answer);
  response.writeHead(200, { "content-type": contentType });
  response.flushHeaders?.();
  const unregister = streams.add(() => response.end());
  const stop = answer.start({
    send(frames) {
      inOneWrite(request, () => response.write(bytesOf(frames)));
      if (response.writableLength > MAX_BUFFERED_BYTES) response.destroy();
    },
    end: () => void response.end(),
  });
  response.once("close", () => {
    stop();
    unregister();
  });
}

interface WatchEncoding {
  readonly contentType: string;
  readonly bytesOf: (frames: readonly WatchFrame[]) => Uint8Array;
}

type Wanted = Pick<Exchange, "representation" | "now">;

/** How the events of a watch look in the form that a client wants: lines, or messages with their lengths before them. */
export function watchEncoding(exchange: Wanted, answer: WatchAnswer): WatchEncoding {
  const { format, shape } = exchange.representation;
  switch (format) {
    case "json":
      return {
        contentType: "application/json",
        bytesOf: shape.as === "object" ? sharedLines(answer) : shapedLines(exchange, answer),
      };
    case "protobuf":
      return {
        contentType: `${PROTOBUF_MEDIA_TYPE};stream=watch`,
        bytesOf: shape.as === "object" ? sharedMessages(exchange, answer) : shapedMessages(exchange, answer),
      };
    case "yaml":
      throw apiError(
        "NotAcceptable",
        "only the following media types are accepted: application/json, application/vnd.kubernetes.protobuf",
      );
  }
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
  { representation: { shape }, now }: Wanted,
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

function sharedMessages(exchange: Wanted, answer: WatchAnswer): (frames: readonly WatchFrame[]) => Uint8Array {
  const { protobufFrameBytes } = answer.resource.storage;
  const messages = shapedMessages(exchange, answer);
  return (frames) => {
    const known = protobufFrameBytes.get(frames);
    if (known) return known;
    const bytes = messages(frames);
    protobufFrameBytes.set(frames, bytes);
    return bytes;
  };
}

function shapedMessages(
  { representation: { shape }, now }: Wanted,
  { resource }: WatchAnswer,
): (frames: readonly WatchFrame[]) => Uint8Array {
  return (frames) =>
    Buffer.concat(
      frames.map((frame) => {
        const object = frameObject(frame, resource);
        // All but errors are objects of the watched kind.
        return protobufFrame(
          frame.type,
          frame.type === "ERROR" ? object : shapedObject(object, resource, shape, now(), false),
        );
      }),
    );
}
