import { goNumber } from "../go/go-number.ts";
import { isExactInteger } from "../json/exact-integer.ts";
import { isJsonObject } from "../json/json-value.ts";
import { naturalOrder } from "./yaml-key-order.ts";
import { yamlKey, yamlScalar } from "./yaml-scalar-text.ts";

/** YAML as kubectl prints it (sigs.k8s.io/yaml on go-yaml v2): the same bytes for the same value. Ends with a line break. */
export function yamlText(value: unknown): string {
  if (isJsonObject(value) && hasEntries(value)) return mapping(value, 0);
  if (Array.isArray(value) && value.length > 0) return sequence(value, 0);
  return `${leaf(value, 0, 0)}\n`;
}

function mapping(object: Readonly<Record<string, unknown>>, indent: number): string {
  const keys = Object.keys(object).filter((key) => object[key] !== undefined);
  return keys
    .toSorted(naturalOrder)
    .map((key, index) => `${index === 0 ? "" : pad(indent)}${entry(key, object[key], indent)}`)
    .join("");
}

function entry(key: string, value: unknown, indent: number): string {
  const { text, isSimple } = yamlKey(key, indent);
  const head = isSimple ? `${text}:` : `? ${text}\n${pad(indent)}:`;
  if (isJsonObject(value) && hasEntries(value))
    return isSimple
      ? `${head}\n${pad(indent + 2)}${mapping(value, indent + 2)}`
      : `${head} ${mapping(value, indent + 2)}`;
  // Members of a list stand under the first letter of its key: go-yaml does this.
  if (Array.isArray(value) && value.length > 0)
    return isSimple ? `${head}\n${pad(indent)}${sequence(value, indent)}` : `${head} ${sequence(value, indent + 2)}`;
  const column = indent + Array.from(isSimple ? head : ":").length;
  return `${head} ${leaf(value, indent + 2, column + 1)}\n`;
}

function sequence(items: readonly unknown[], indent: number): string {
  return items.map((item, index) => `${index === 0 ? "" : pad(indent)}- ${member(item, indent + 2)}`).join("");
}

function member(item: unknown, indent: number): string {
  if (isJsonObject(item) && hasEntries(item)) return mapping(item, indent);
  if (Array.isArray(item) && item.length > 0) return sequence(item, indent);
  return `${leaf(item, indent, indent)}\n`;
}

function leaf(value: unknown, indent: number, column: number): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "string") return yamlScalar(value, indent, column);
  if (typeof value === "number") return goNumber(value);
  if (typeof value === "boolean") return String(value);
  if (isExactInteger(value)) return value.text;
  return Array.isArray(value) ? "[]" : "{}";
}

const hasEntries = (object: Readonly<Record<string, unknown>>): boolean =>
  Object.values(object).some((value) => value !== undefined);

const pad = (width: number): string => " ".repeat(width);
