import type { KeyValue, StoreEvent } from "../../store/store.ts";
import type { WatchFrame } from "../api-request.ts";
import type { ObjectStorage } from "../objects/object-storage.ts";
import type { Selection } from "../selection.ts";

/** What a watcher with this selection sees of the store's events. The store hands the same list to all watchers of a prefix: those who select the same share its frames. */
export function watchFrames(
  events: readonly StoreEvent[],
  storage: ObjectStorage,
  selection: Selection,
): readonly WatchFrame[] {
  let bySelection = storage.sharedFrames.get(events);
  if (!bySelection) {
    bySelection = new Map();
    storage.sharedFrames.set(events, bySelection);
  }
  let frames = bySelection.get(selection.text);
  if (!frames) {
    frames = selection.isEverything ? unselectedFrames(events) : selectedFrames(events, storage, selection);
    bySelection.set(selection.text, frames);
  }
  return frames;
}

const unselectedFrames = (events: readonly StoreEvent[]): readonly WatchFrame[] =>
  events.map((event) => ({ type: typeOf(event), entry: event.entry }));

function selectedFrames(
  events: readonly StoreEvent[],
  storage: ObjectStorage,
  selection: Selection,
): readonly WatchFrame[] {
  const frames: WatchFrame[] = [];
  for (const event of events) {
    const frame = selectedFrame(event, storage, selection);
    if (frame) frames.push(frame);
  }
  return frames;
}

const typeOf = (event: StoreEvent): "ADDED" | "MODIFIED" | "DELETED" =>
  event.type === "delete" ? "DELETED" : event.previous ? "MODIFIED" : "ADDED";

/** An object that begins to match appears, and one that ceases to match disappears, whatever really happened to it. */
function selectedFrame(event: StoreEvent, storage: ObjectStorage, selection: Selection): WatchFrame | undefined {
  const { entry, previous } = event;
  const matched = previous !== undefined && selection.matches(storage.read(previous));
  const matches = event.type === "put" && selection.matches(storage.read(entry));
  if (matches) return { type: matched ? "MODIFIED" : "ADDED", entry };
  if (!matched) return undefined;
  if (event.type === "delete") return { type: "DELETED", entry };
  return { type: "DELETED", entry: lastMatch(previous, entry, storage) };
}

/** The state that matched last, at the revision at which it ceased to. */
function lastMatch(previous: KeyValue, entry: KeyValue, storage: ObjectStorage): KeyValue {
  const value = storage.valueOf(storage.read(previous))(entry.revision);
  return { ...previous, value, revision: entry.revision };
}
