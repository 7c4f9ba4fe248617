import type { KubeObject } from "../../api/resource-type.ts";
import type { ListMeta, Status } from "../../api/types/meta-v1.ts";
import type { ApiAnswer, ListAnswer, ObjectAnswer, StoredAnswer, WatchFrame } from "../api-request.ts";
import type { ServedResource } from "../served-resources.ts";
import { bookmarkObject } from "./bookmark.ts";
import { partialMetadata } from "./partial-metadata.ts";
import type { Shape } from "./representation.ts";
import { tableOf } from "./table.ts";

/** An answer as the object it is, in the shape the client wants. */
export function answerObject(answer: StoredAnswer | ObjectAnswer | ListAnswer, shape: Shape, now: number): object {
  if (answer.form === "list") return listObject(answer, shape, now);
  const object = answer.form === "stored" ? answer.resource.storage.read(answer.entry) : answer.object;
  const { resource } = answer;
  // A Status is told as it is, whatever was asked for.
  if (!resource) return object;
  return shapedObject(object, resource, shape, now, true);
}

function listObject({ resource, entries, metadata }: ListAnswer, shape: Shape, now: number): object {
  const objects = entries.map((entry) => resource.storage.read(entry));
  switch (shape.as) {
    case "object":
      return { kind: resource.kind.listKind, apiVersion: resource.apiVersion, metadata, items: objects };
    case "metadata":
      return {
        kind: "PartialObjectMetadataList",
        apiVersion: `meta.k8s.io/${shape.version}`,
        metadata,
        items: objects.map((object) => partialMetadata(object, shape.version)),
      };
    case "table":
      return tableOf(resource.kind, objects, metadata, { ...shape, now, hasColumns: true });
  }
}

/** The object of one frame of a watch. */
export function frameObject(frame: WatchFrame, resource: ServedResource): Readonly<KubeObject> | Status {
  switch (frame.type) {
    case "BOOKMARK":
      return bookmarkObject(resource, frame);
    case "ERROR":
      return frame.status;
    case "ADDED":
    case "MODIFIED":
    case "DELETED":
      return resource.storage.read(frame.entry);
  }
}

/** `isFirst`: of the tables of a watch. */
export function shapedObject(
  object: Readonly<KubeObject>,
  { kind }: ServedResource,
  shape: Shape,
  now: number,
  isFirst: boolean,
): object {
  switch (shape.as) {
    case "object":
      return object;
    case "metadata":
      return partialMetadata(object, shape.version);
    case "table": {
      const metadata: ListMeta = { resourceVersion: object.metadata.resourceVersion };
      return tableOf(kind, [object], metadata, { ...shape, now, hasColumns: isFirst });
    }
  }
}

/** The object that a write answered with. */
export function answeredObject(answer: ApiAnswer): Readonly<KubeObject> {
  if (answer.form === "stored") return answer.resource.storage.read(answer.entry);
  if (answer.form === "object" && answer.resource) return answer.object;
  throw new Error(`A write answered with a ${answer.form}`);
}
