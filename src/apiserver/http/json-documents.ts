import type { ListAnswer, WatchFrame } from "../api-request.ts";
import { bookmarkObject } from "../bookmark.ts";
import type { ServedResource } from "../served-resources.ts";

/** A list is the stored bytes of its items between a head and a tail. */
export function listDocument({ resource, entries, metadata }: ListAnswer): readonly Uint8Array[] {
  const { kind, apiVersion, storage } = resource;
  const pieces: Uint8Array[] = [
    Buffer.from(
      `{"kind":"${kind.listKind}","apiVersion":"${apiVersion}","metadata":${JSON.stringify(metadata)},"items":[`,
    ),
  ];
  let isFirst = true;
  for (const entry of entries) {
    if (!isFirst) pieces.push(COMMA);
    isFirst = false;
    pieces.push(storage.item(entry));
  }
  pieces.push(LIST_END);
  return pieces;
}

const COMMA = Buffer.from(",");
const LIST_END = Buffer.from("]}");
const FRAME_END = Buffer.from("}\n");

/** Frames as lines of JSON. */
export function frameLines(frames: readonly WatchFrame[], resource: ServedResource): Buffer {
  return Buffer.concat(frames.flatMap((frame) => frameLine(frame, resource)));
}

function frameLine(frame: WatchFrame, resource: ServedResource): readonly Uint8Array[] {
  switch (frame.type) {
    case "BOOKMARK":
      return [Buffer.from(`{"type":"BOOKMARK","object":${JSON.stringify(bookmarkObject(resource, frame))}}\n`)];
    case "ERROR":
      return [Buffer.from(`{"type":"ERROR","object":${JSON.stringify(frame.status)}}\n`)];
    case "ADDED":
    case "MODIFIED":
    case "DELETED":
      return [Buffer.from(`{"type":"${frame.type}","object":`), ...resource.storage.document(frame.entry), FRAME_END];
  }
}
