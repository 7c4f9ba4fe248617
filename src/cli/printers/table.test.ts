import { expect, test } from "bun:test";

import {
  labelsText,
  nameAndAgeTable,
  type Table,
  type TableColumn,
  tableOf,
  type TableOptions,
  TablePrinter,
} from "./table.ts";

const column = (name: string, rest: Partial<TableColumn> = {}): TableColumn => ({
  name,
  type: "string",
  format: "",
  priority: 0,
  ...rest,
});

const table: Table = {
  columns: [column("Name", { format: "name" }), column("Status"), column("IP", { priority: 1 })],
  rows: [
    {
      cells: ["web-0", "Running", "10.0.0.1"],
      object: { metadata: { namespace: "default", labels: { "example.com/tier": "front", app: "web" } } },
    },
    { cells: ["web-1", "first\nsecond", null], object: {} },
  ],
};

const options = (rest: Partial<TableOptions> = {}): TableOptions => ({
  wide: false,
  noHeaders: false,
  showLabels: false,
  labelColumns: [],
  withNamespace: false,
  ...rest,
});

const lines = (rest: Partial<TableOptions> = {}): string[] =>
  new TablePrinter(options(rest)).lines(table).split("\n").slice(0, -1);

test.each<[string, Partial<TableOptions>, string[]]>([
  ["leaves out columns of priority", {}, ["NAME\tSTATUS", "web-0\tRunning", "web-1\tfirst..."]],
  ["shows them when wide", { wide: true }, ["NAME\tSTATUS\tIP", "web-0\tRunning\t10.0.0.1", "web-1\tfirst...\t"]],
  ["leaves out headers", { noHeaders: true }, ["web-0\tRunning", "web-1\tfirst..."]],
  [
    "puts the namespace first",
    { withNamespace: true },
    ["NAMESPACE\tNAME\tSTATUS", "default\tweb-0\tRunning", "\tweb-1\tfirst..."],
  ],
  ["puts the kind before names", { kindPrefix: "pod" }, ["NAME\tSTATUS", "pod/web-0\tRunning", "pod/web-1\tfirst..."]],
  [
    "shows labels in columns of their own",
    { labelColumns: ["example.com/tier"], showLabels: true },
    [
      "NAME\tSTATUS\tTIER\tLABELS",
      "web-0\tRunning\tfront\tapp=web,example.com/tier=front",
      "web-1\tfirst...\t\t<none>",
    ],
  ],
])("TablePrinter %s", (_, rest, expected) => expect(lines(rest)).toEqual(expected));

test("TablePrinter prints headers once, and again when the columns change", () => {
  const printer = new TablePrinter(options());
  const one = { ...table, rows: table.rows.slice(0, 1) };
  expect(printer.lines(one)).toBe("NAME\tSTATUS\nweb-0\tRunning\n");
  expect(printer.lines({ columns: [], rows: one.rows })).toBe("web-0\tRunning\n");
  const other = { columns: [column("Other")], rows: [{ cells: ["x"], object: {} }] };
  expect(printer.lines(other)).toBe("OTHER\nx\n");
});

test("TablePrinter prints no headers above nothing", () => {
  const printer = new TablePrinter(options());
  expect(printer.lines({ ...table, rows: [] })).toBe("");
  expect(printer.lines({ ...table, rows: table.rows.slice(0, 1) })).toStartWith("NAME\t");
});

test("TablePrinter pads the type of an event, so that rows line up", () => {
  const printer = new TablePrinter(options());
  expect(printer.lines({ ...table, rows: table.rows.slice(0, 1) }, "ADDED")).toBe(
    "EVENT\tNAME\tSTATUS\nADDED   \tweb-0\tRunning\n",
  );
});

test("TablePrinter shows escape sequences instead of obeying them", () => {
  const bad = { columns: [column("Name")], rows: [{ cells: ["\u001b[31mred"], object: {} }] };
  expect(new TablePrinter(options()).lines(bad)).toBe("NAME\n^[[31mred\n");
});

test("tableOf knows a table from an object", () => {
  expect(tableOf({ apiVersion: "v1", kind: "Pod" })).toBeUndefined();
  expect(
    tableOf({
      apiVersion: "meta.k8s.io/v1",
      kind: "Table",
      columnDefinitions: [{ name: "Name", type: "string", format: "name", priority: 0 }],
      rows: [{ cells: ["a"], object: { kind: "PartialObjectMetadata" } }],
    }),
  ).toEqual({
    columns: [column("Name", { format: "name" })],
    rows: [{ cells: ["a"], object: { kind: "PartialObjectMetadata" } }],
  });
});

test("nameAndAgeTable serves where a server makes no tables", () => {
  const made = nameAndAgeTable([{ metadata: { name: "a", creationTimestamp: "then" } }], (time) => `since ${time}`);
  expect(new TablePrinter(options()).lines(made)).toBe("NAME\tAGE\na\tsince then\n");
});

test("labelsText sorts", () => expect(labelsText({ b: "2", a: "1" })).toBe("a=1,b=2"));
