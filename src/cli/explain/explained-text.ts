import { goText } from "../../lib/go/go-text.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { objectIn, objectsIn, textIn } from "../objects/api-object.ts";
import {
  type OpenApiDocument,
  partsOf,
  propertiesOf,
  propertyOf,
  resolved,
  type Schema,
  schemaIn,
  schemaOfKind,
  typeName,
} from "./openapi-document.ts";
import { wordWrapped } from "./word-wrap.ts";

interface Explanation {
  /** Group, version and kind, as the document names them. */
  readonly kind: JsonObject;
  /** The field to explain, from the kind down; empty for the kind itself. */
  readonly fields: readonly string[];
  /** Show the fields of fields too, without their descriptions. */
  readonly isRecursive: boolean;
}

const WIDTH = 80;
/** How many values of an enumeration a list of fields shows. */
const ENUM_LIMIT = 4;

/** What kubectl prints of a kind or one of its fields (kubectl/pkg/explain/v2/templates/plaintext.tmpl). */
export function explainedText(document: OpenApiDocument, { kind, fields, isRecursive }: Explanation): string {
  const group = textIn(kind, "group");
  const header = [
    ...(group === "" ? [] : [`GROUP:      ${group}\n`]),
    `KIND:       ${textIn(kind, "kind")}\n`,
    `VERSION:    ${textIn(kind, "version")}\n\n`,
  ].join("");
  const schema = schemaOfKind(document, kind);
  if (!schema) throw new UserError(`GVK ${goText(kind)} not found in OpenAPI schema`, { output: header });
  const found = foundField(document, schema, fields, new Set());
  if (!found) throw new UserError(`field "${fields.at(-1) ?? ""}" does not exist`, { output: header });
  const field = fields.length === 0 ? "" : fieldText(document, fields.at(-1) ?? "", found);
  return `${header}${field}${schemaText(document, resolved(document, found), isRecursive)}\n`;
}

/** Follows the names through lists and maps; a schema that repeats one of `seen` says nothing new. */
function foundField(
  document: OpenApiDocument,
  schema: Schema,
  path: readonly string[],
  seen: ReadonlySet<string>,
): Schema | undefined {
  const [name, ...rest] = path;
  if (name === undefined) return schema;
  const reference = textIn(schema, "$ref");
  if (reference !== "" && seen.has(reference)) return undefined;
  const target = resolved(document, schema);
  const property = propertyOf(target, name);
  if (property) return foundField(document, property, rest, new Set());
  const seenNow = new Set([...seen, reference]);
  const contents = schemaIn(target, "items") ?? schemaIn(target, "additionalProperties");
  if (contents) return foundField(document, contents, path, seenNow);
  for (const part of objectsIn(target, "allOf")) {
    const found = foundField(document, part, path, seenNow);
    if (found) return found;
  }
  return undefined;
}

function fieldText(document: OpenApiDocument, name: string, schema: Schema): string {
  const values = enumOf(schema);
  const shown = values.length === 0 ? "" : ["ENUM:", ...values.map((value) => `    ${value}`)].join("\n");
  return `FIELD: ${name} <${typeName(document, schema)}>\n${shown}\n\n`;
}

function schemaText(document: OpenApiDocument, schema: Schema, isRecursive: boolean): string {
  const text = description(document, schema) || "<empty>";
  const fields = fieldList({ document, isRecursive }, schema, 1, new Set());
  return [
    `DESCRIPTION:\n${paragraph(text, 4)}\n`,
    externalDocs(schema, 0, 4),
    fields === "" ? "" : `FIELDS:\n${fields}`,
  ].join("");
}

function description(document: OpenApiDocument, schema: Schema): string {
  const target = resolved(document, schema);
  const own = textIn(target, "description");
  return [own === "" ? "" : `${own}\n`, ...partsOf(target).map((part) => description(document, part))].join("");
}

interface FieldListing {
  readonly document: OpenApiDocument;
  readonly isRecursive: boolean;
}

function fieldList(listing: FieldListing, schema: Schema, level: number, seen: ReadonlySet<string>): string {
  const reference = textIn(schema, "$ref");
  if (reference !== "" && seen.has(reference)) return "";
  const seenNow = new Set([...seen, reference]);
  const target = resolved(listing.document, schema);
  const required = target["required"];
  const own = propertiesOf(target).map(([name, field]) => {
    const isRequired = Array.isArray(required) && required.includes(name);
    const line = fieldLine(listing.document, name, field, { level, isRequired });
    return listing.isRecursive
      ? line + fieldList(listing, field, level + 1, seenNow)
      : line + fieldDescription(field, level);
  });
  return [...own, ...partsOf(target).map((part) => fieldList(listing, part, level, seenNow))].join("");
}

function fieldLine(
  document: OpenApiDocument,
  name: string,
  schema: Schema,
  { level, isRequired }: { readonly level: number; readonly isRequired: boolean },
): string {
  const indent = "  ".repeat(level);
  const values = enumOf(schema);
  const shown = [...values.slice(0, ENUM_LIMIT), ...(values.length > ENUM_LIMIT ? ["...."] : [])].join(", ");
  const line = `${indent}${name}\t<${typeName(document, schema)}>${isRequired ? " -required-" : ""}\n`;
  return values.length === 0 ? line : `${line}${indent}enum: ${shown}\n`;
}

function fieldDescription(schema: Schema, level: number): string {
  const indent = level * 2;
  const text = textIn(schema, "description") || "<no description>";
  return `${paragraph(text, indent + 2)}\n${externalDocs(schema, indent + 2, indent + 4)}\n`;
}

function externalDocs(schema: Schema, titleIndent: number, indent: number): string {
  const docs = objectIn(schema, "externalDocs");
  if (Object.keys(docs).length === 0) return "";
  const text = textIn(docs, "description");
  const url = textIn(docs, "url");
  return [
    `\n${indented("EXTERNAL DOCS:", titleIndent)}\n`,
    text === "" ? "" : `${paragraph(text, indent)}\n`,
    url === "" ? "" : `${indented(`URL: ${url}`, indent)}\n`,
  ].join("");
}

function enumOf(schema: Schema): readonly string[] {
  const values = schema["enum"];
  return Array.isArray(values) ? values.map((value) => (value === "" ? '""' : goText(value))) : [];
}

const paragraph = (text: string, indent: number): string => indented(wordWrapped(text, WIDTH - indent), indent);

/** Empty lines are indented as well: Kubernetes does this too. */
const indented = (text: string, spaces: number): string =>
  `${" ".repeat(spaces)}${text.replaceAll("\n", `\n${" ".repeat(spaces)}`)}`;
