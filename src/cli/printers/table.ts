import { goText } from "../../lib/go/go-text.ts";
import type { JsonObject, JsonValue } from "../../lib/json/json-value.ts";
import {
  type ApiObject,
  apiVersionOf,
  kindOf,
  labelsOf,
  namespaceOf,
  objectIn,
  objectsIn,
  textIn,
} from "../objects/api-object.ts";

/** What the server answers with when asked for a table. */
export interface Table {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
}

export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  /** Columns of a priority other than 0 are for wide output. */
  readonly priority: number;
}

interface TableRow {
  readonly cells: readonly JsonValue[];
  /** The object behind the row, or as much of it as was asked for. */
  readonly object: ApiObject;
}

export interface TableOptions {
  readonly wide: boolean;
  readonly noHeaders: boolean;
  readonly showLabels: boolean;
  readonly labelColumns: readonly string[];
  readonly withNamespace: boolean;
  /** Put in front of names, with a slash. */
  readonly kindPrefix?: string | undefined;
}

export const ACCEPT_TABLE =
  "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

/** The table in an answer; a server that makes none answers with the object, which becomes a table of name and age. */
export function tableOf(answer: ApiObject): Table | undefined {
  if (kindOf(answer) !== "Table" || !apiVersionOf(answer).startsWith("meta.k8s.io/")) return undefined;
  return {
    columns: objectsIn(answer, "columnDefinitions").map((column) => ({
      name: textIn(column, "name"),
      type: textIn(column, "type"),
      format: textIn(column, "format"),
      priority: typeof column["priority"] === "number" ? column["priority"] : 0,
    })),
    rows: objectsIn(answer, "rows").map((row) => ({
      cells: Array.isArray(row["cells"]) ? row["cells"] : [],
      object: objectIn(row, "object"),
    })),
  };
}

/**
 * The lines of tables of one kind, cells ended by tabs. Headers come once, and again when the columns change. A table
 * without columns, as watches send them, takes those of the one before.
 */
export class TablePrinter {
  readonly #options: TableOptions;
  #lastColumns: readonly TableColumn[] = [];
  #hasPrintedHeaders = false;

  constructor(options: TableOptions) {
    this.#options = options;
  }

  lines(table: Table, eventType?: string): string {
    const isSame = table.columns.length === 0 || sameColumns(table.columns, this.#lastColumns);
    const noHeaders = this.#options.noHeaders || (this.#hasPrintedHeaders && isSame);
    if (!isSame) this.#hasPrintedHeaders = false;
    if (table.columns.length > 0) this.#lastColumns = table.columns;
    if (table.rows.length > 0) this.#hasPrintedHeaders = true;
    return tableLines({ ...table, columns: this.#lastColumns }, { ...this.#options, noHeaders }, eventType);
  }
}

function tableLines(table: Table, options: TableOptions, eventType: string | undefined): string {
  if (table.rows.length === 0) return "";
  const shown = [...table.columns.keys()].filter((at) => options.wide || table.columns[at]?.priority === 0);
  const nameColumn =
    options.kindPrefix === undefined
      ? -1
      : table.columns.findIndex(({ format, type }) => format === "name" && type === "string");
  const rows = table.rows.map(({ cells, object }) => {
    const own = shown
      .filter((at) => at < cells.length)
      .map((at) => (at === nameColumn ? `${options.kindPrefix}/${cellText(cells[at])}` : cellText(cells[at])));
    return line([
      ...(eventType === undefined ? [] : [eventTypeText(eventType)]),
      ...(options.withNamespace ? [cellText(namespaceOf(object))] : []),
      ...own,
      ...labelCells(object, options),
    ]);
  });
  if (options.noHeaders) return rows.join("");
  const headers = [
    ...(eventType === undefined ? [] : ["EVENT"]),
    ...(options.withNamespace ? ["NAMESPACE"] : []),
    ...shown.map((at) => (table.columns[at]?.name ?? "").toUpperCase()),
    ...options.labelColumns.map((label) => (label.split("/").at(-1) ?? "").toUpperCase()),
    ...(options.showLabels ? ["LABELS"] : []),
  ];
  return line(headers) + rows.join("");
}

const line = (cells: readonly string[]): string => `${cells.join("\t")}\n`;

function labelCells(object: ApiObject, { labelColumns, showLabels }: TableOptions): readonly string[] {
  const labels = labelsOf(object);
  return [...labelColumns.map((label) => labels[label] ?? ""), ...(showLabels ? [labelsText(labels)] : [])];
}

/** `a=1,b=2`, or `<none>`. */
export function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? "<none>" : pairs.toSorted().join(",");
}

const EVENT_WIDTH = 8;
const eventTypeText = (type: string): string => (type === "BOOKMARK" ? type : type.padEnd(EVENT_WIDTH));

/** A line break would break the table, and a control character could steer the terminal. */
function cellText(value: JsonValue | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") return goText(value);
  const end = value.search(/[\f\n\r]/);
  return escapeTerminal(end < 0 ? value : `${value.slice(0, end)}...`);
}

/** Text of a server with its control characters made visible, so that it cannot steer the terminal. */
export function escapeTerminal(text: string): string {
  // oxlint-disable-next-line no-control-regex -- escape sequences are what is looked for
  return text.replaceAll("\u001b", "^[").replaceAll("\r", "\\r");
}

function sameColumns(left: readonly TableColumn[], right: readonly TableColumn[]): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** For servers that make no tables. */
export function nameAndAgeTable(objects: readonly ApiObject[], age: (timestamp: string) => string): Table {
  return {
    columns: [
      { name: "Name", type: "string", format: "name", priority: 0 },
      { name: "Age", type: "string", format: "", priority: 0 },
    ],
    rows: objects.map((object) => {
      const metadata: JsonObject = objectIn(object, "metadata");
      return { cells: [textIn(metadata, "name"), age(textIn(metadata, "creationTimestamp"))], object };
    }),
  };
}
