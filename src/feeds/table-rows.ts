import { age } from "../api/duration-text.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../lib/json/json-value.ts";
import { printable } from "../lib/terminal-text.ts";
import type { FeedColumn, FeedRow } from "./feed.ts";

export const ACCEPT_TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

export interface ParsedTable {
  /** Undefined: as before; later tables of a watch leave them out. */
  readonly columns: readonly FeedColumn[] | undefined;
  readonly rows: readonly FeedRow[];
}

/** A server that makes no table of a resource (metrics, for one) answers with objects: a table of name and age is made of them. */
const OBJECT_COLUMNS: readonly FeedColumn[] = [
  { name: "Name", priority: 0 },
  { name: "Age", priority: 0 },
];

/** The rows of a list, or of the object of a watch frame. */
export function parsedTable(answer: JsonObject, now: number): ParsedTable {
  if (answer["kind"] === "Table") {
    const columns = objectsIn(answer, "columnDefinitions").map(column);
    return {
      columns: columns.length === 0 ? undefined : columns,
      rows: objectsIn(answer, "rows").map((row) =>
        feedRow(withoutManagers(objectIn(row, "object")), cellTexts(row["cells"]), now),
      ),
    };
  }
  const items = Array.isArray(answer["items"]) ? objectsIn(answer, "items") : [answer];
  return { columns: OBJECT_COLUMNS, rows: items.map((item) => feedRow(item, nameAndAge(item, now), now)) };
}

/** Of objects that are not whole, most is who manages their fields, which nobody looks at. */
function withoutManagers(object: JsonObject): JsonObject {
  if (object["kind"] !== "PartialObjectMetadata") return object;
  const { managedFields: _, ...metadata } = objectIn(object, "metadata");
  return { metadata };
}

export function feedRow(object: JsonObject, cells: readonly string[], receivedAtMs = Number.NaN): FeedRow {
  const metadata = objectIn(object, "metadata");
  const namespace = textIn(metadata, "namespace");
  const name = textIn(metadata, "name");
  return {
    uid: textIn(metadata, "uid") || `${namespace}/${name}`,
    name,
    namespace: namespace === "" ? undefined : namespace,
    labels: labelsIn(metadata),
    createdAtMs: Date.parse(textIn(metadata, "creationTimestamp")),
    receivedAtMs,
    isDeleting: metadata["deletionTimestamp"] !== undefined && metadata["deletionTimestamp"] !== null,
    cells,
    object,
  };
}

const column = (definition: JsonObject): FeedColumn => ({
  name: printable(textIn(definition, "name")),
  priority: typeof definition["priority"] === "number" ? definition["priority"] : 0,
});

const cellTexts = (cells: JsonValue | undefined): readonly string[] =>
  Array.isArray(cells) ? cells.map(cellText) : [];

function cellText(cell: JsonValue): string {
  if (cell === null) return "";
  return printable(typeof cell === "string" ? cell : JSON.stringify(cell));
}

function nameAndAge(object: JsonObject, now: number): readonly string[] {
  const metadata = objectIn(object, "metadata");
  return [printable(textIn(metadata, "name")), age(textIn(metadata, "creationTimestamp"), now)];
}

export function objectIn(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  return isJsonObject(value) ? value : {};
}

export function objectsIn(object: JsonObject, key: string): readonly JsonObject[] {
  const value = object[key];
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

export function textIn(object: JsonObject, key: string): string {
  const value = object[key];
  return typeof value === "string" ? value : "";
}

function labelsIn(metadata: JsonObject): Readonly<Record<string, string>> {
  // Parse edge: the API promises labels to be text.
  return objectIn(metadata, "labels") as Readonly<Record<string, string>>;
}
