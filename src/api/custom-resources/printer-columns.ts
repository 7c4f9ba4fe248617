import { ComparisonError } from "../../lib/go/go-compare.ts";
import { goText } from "../../lib/go/go-text.ts";
import { isExactInteger } from "../../lib/json/exact-integer.ts";
import { goJson } from "../../lib/json/json-text.ts";
import { jsonPathResults } from "../../lib/jsonpath/evaluate-jsonpath.ts";
import { JsonPathError, type Segment } from "../../lib/jsonpath/jsonpath-node.ts";
import { parseJsonPath } from "../../lib/jsonpath/parse-jsonpath.ts";
import { age } from "../duration-text.ts";
import type { Column } from "../kind.ts";
import { ageColumn, nameColumn } from "../kinds/columns.ts";
import type { KubeObject } from "../resource-type.ts";
import type { CustomResourceColumnDefinition } from "../types/apiextensions-v1.ts";

type CustomColumn = Column<KubeObject>;
type Cell = ReturnType<CustomColumn["value"]>;

/** Upstream's columns for definitions that name none. */
const AGE: CustomColumn = { ...ageColumn, type: "date", description: descriptionOf(".metadata.creationTimestamp") };

/** The columns of a Table: the name, and what the definition asks for. */
export function printerColumns(definitions: readonly CustomResourceColumnDefinition[] | undefined): CustomColumn[] {
  if (!definitions || definitions.length === 0) return [nameColumn, AGE];
  const columns: CustomColumn[] = [nameColumn];
  for (const definition of definitions) {
    const path = parsedPath(definition.jsonPath);
    // Upstream shows what comes before the first column that it cannot read.
    if (!path) break;
    columns.push(columnOf(definition, path));
  }
  return columns;
}

/** The one value a simple path leads to; undefined when there is none. */
export function valueAt(path: readonly Segment[], object: unknown): unknown {
  try {
    return jsonPathResults(path, object, { allowsMissing: true })[0]?.[0];
  } catch (error) {
    if (error instanceof JsonPathError || error instanceof ComparisonError) return undefined;
    throw error;
  }
}

export function parsedPath(path: string): readonly Segment[] | undefined {
  try {
    return parseJsonPath(`{${path}}`);
  } catch (error) {
    if (error instanceof JsonPathError) return undefined;
    throw error;
  }
}

function columnOf(definition: CustomResourceColumnDefinition, path: readonly Segment[]): CustomColumn {
  const { name, type, format, description, jsonPath, priority = 0 } = definition;
  return {
    name,
    // Validation of the definition knows no other types.
    type: type as CustomColumn["type"],
    ...(format ? { format } : {}),
    description: description || descriptionOf(jsonPath),
    priority,
    value: (object, { now }) => cell(type, valueAt(path, object), now),
  };
}

function descriptionOf(path: string): string {
  return `Custom resource definition column (in JSONPath format): ${path}`;
}

function cell(type: string, value: unknown, now: number): Cell {
  if (value === undefined || value === null) return null;
  switch (type) {
    case "string":
      return typeof value === "object" && !isExactInteger(value) ? goJson(value) : goText(value);
    case "integer":
      return typeof value === "number" ? Math.trunc(value) : isExactInteger(value) ? Number(value.text) : null;
    case "number":
      return typeof value === "number" ? value : isExactInteger(value) ? Number(value.text) : null;
    case "boolean":
      return typeof value === "boolean" ? value : null;
    case "date":
      return typeof value === "string" ? dateCell(value, now) : null;
    default:
      return null;
  }
}

const dateCell = (value: string, now: number): string =>
  Number.isNaN(Date.parse(value)) ? "<invalid>" : age(value, now);
