import { bookmarkObject } from "../answers/bookmark.ts";
import type { ListAnswer, WatchFrame } from "../api-request.ts";
import type { ServedResource } from "../served-resources.ts";

/*
 * Documents put together from the stored bytes of their objects: nothing is parsed and nothing is encoded again.
 */

const COMMA = Buffer.from(",");
const LIST_END = Buffer.from("]}");
const FRAME_END = Buffer.from("}\n");

/** A list is its items' bytes between a head and a tail. */
export function listDocument({ resource, entries, metadata }: ListAnswer): readonly Uint8Array[] {
  const { kind, apiVersion, storage } = resource;
  const head = `{"kind":"${kind.listKind}","apiVersion":"${apiVersion}","metadata":${JSON.stringify(metadata)},"items":[`;
  const pieces: Uint8Array[] = [Buffer.from(head)];
  for (const [index, entry] of entries.entries()) {
    if (index > 0) pieces.push(COMMA);
    pieces.push(storage.item(entry));
  }
  pieces.push(LIST_END);
  return pieces;
}

/** Frames of a watch as lines. */
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
