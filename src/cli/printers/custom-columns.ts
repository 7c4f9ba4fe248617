import { goText } from "../../lib/go/go-text.ts";
import { jsonPathResults } from "../../lib/jsonpath/evaluate-jsonpath.ts";
import { JsonPathError, type Segment } from "../../lib/jsonpath/jsonpath-node.ts";
import { parseJsonPath } from "../../lib/jsonpath/parse-jsonpath.ts";
import { UserError } from "../../lib/user-error.ts";
import { itemsOf, kindOf } from "../objects/api-object.ts";
import { relaxedPath } from "./jsonpath/relaxed-path.ts";
import type { ObjectPrinter } from "./object-printer.ts";
import { TabWriter } from "./tab-writer.ts";

interface Column {
  readonly header: string;
  readonly path: readonly Segment[];
}

/** `-o custom-columns=NAME:.metadata.name,...` */
export function customColumnsPrinter(spec: string, options: { readonly noHeaders: boolean }): ObjectPrinter {
  if (spec === "") throw new UserError("custom-columns format specified but no custom columns given");
  const columns = spec.split(",").map((part) => {
    const colon = part.indexOf(":");
    if (colon < 0) throw new UserError(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    return column(part.slice(0, colon), part.slice(colon + 1));
  });
  return printer(columns, options);
}

/** The same from a file: a line of headers, and below it a line of paths. */
export function customColumnsFilePrinter(text: string): ObjectPrinter {
  const form = "Expected format is one line of space separated headers, one line of space separated column specs.";
  const [first, second] = text.split(/\r?\n/);
  if (first === undefined || text === "") throw new UserError(`invalid template, missing header line. ${form}`);
  if (second === undefined) throw new UserError(`invalid template, missing spec line. ${form}`);
  const headers = words(first);
  const paths = words(second);
  if (headers.length !== paths.length)
    throw new UserError(`number of headers (${headers.length}) and field specifications (${paths.length}) don't match`);
  return printer(
    headers.map((header, at) => column(header, paths[at] ?? "")),
    { noHeaders: false },
  );
}

const words = (line: string): readonly string[] => line.split(/\s+/).filter((word) => word !== "");

function column(header: string, path: string): Column {
  try {
    return { header, path: parseJsonPath(relaxedPath(path)) };
  } catch (error) {
    if (error instanceof JsonPathError) throw new UserError(error.message);
    throw error;
  }
}

function printer(columns: readonly Column[], { noHeaders }: { readonly noHeaders: boolean }): ObjectPrinter {
  let needsHeaders = !noHeaders;
  return (object) => {
    let text = "";
    const writer = new TabWriter((flushed) => (text += flushed));
    if (needsHeaders) writer.write(`${columns.map(({ header }) => header).join("\t")}\n`);
    needsHeaders = false;
    const items = kindOf(object).endsWith("List") ? itemsOf(object) : undefined;
    for (const item of items ?? [object]) writer.write(`${columns.map(({ path }) => cell(path, item)).join("\t")}\n`);
    writer.flush();
    return text;
  };
}

function cell(path: readonly Segment[], object: unknown): string {
  try {
    const results = jsonPathResults(path, object, { allowsMissing: true });
    const none = (results[0]?.length ?? 0) === 0 ? ["<none>"] : [];
    // oxlint-disable-next-line no-control-regex -- escape sequences are what is looked for
    const texts = results.flat().map((value) => goText(value).replaceAll("\u001b", "^[").replaceAll("\r", "\\r"));
    return [...none, ...texts].join(",");
  } catch (error) {
    if (error instanceof JsonPathError) throw new UserError(error.message);
    throw error;
  }
}
