import { isJsonObject, type JsonObject, type JsonValue, setKey } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";

/** What a value of a file must look like. */
export type Shape =
  | "text"
  | "boolean"
  | "integer"
  | { readonly listOf: Shape }
  | { readonly mapOf: Shape }
  | { readonly fields: Readonly<Record<string, Shape>> };

/**
 * The value, if it has the shape: names of fields in whatever case, and none that is unknown, as Go's decoder takes them in
 * kustomize. What is null is left out.
 */
export function decodedShape(value: JsonValue, shape: Shape, where: string): JsonValue | undefined {
  if (value === null) return undefined;
  if (typeof shape === "string") {
    if (isOfType(value, shape)) return value;
  } else if ("listOf" in shape) {
    if (Array.isArray(value))
      return value.map((item) => decodedShape(item, shape.listOf, where) ?? emptyOf(shape.listOf));
  } else if (isJsonObject(value)) {
    return "mapOf" in shape ? decodedMap(value, shape.mapOf, where) : decodedFields(value, shape.fields, where);
  }
  throw new UserError(
    `json: cannot unmarshal ${jsonType(value)} into Go struct field ${where} of type ${goType(shape)}`,
  );
}

const isOfType = (value: JsonValue, type: "text" | "boolean" | "integer"): boolean =>
  type === "text"
    ? typeof value === "string"
    : type === "boolean"
      ? typeof value === "boolean"
      : Number.isInteger(value);

const emptyOf = (shape: Shape): JsonValue =>
  typeof shape !== "string" ? ("listOf" in shape ? [] : {}) : shape === "text" ? "" : shape === "boolean" ? false : 0;

function decodedMap(value: JsonObject, shape: Shape, where: string): JsonObject {
  const result: JsonObject = {};
  for (const [key, inner = null] of Object.entries(value))
    setKey(result, key, decodedShape(inner, shape, where) ?? emptyOf(shape));
  return result;
}

function decodedFields(value: JsonObject, fields: Readonly<Record<string, Shape>>, where: string): JsonObject {
  const result: JsonObject = {};
  for (const [key, inner = null] of Object.entries(value)) {
    const name = Object.hasOwn(fields, key)
      ? key
      : Object.keys(fields).find((each) => each.toLowerCase() === key.toLowerCase());
    const shape = name === undefined ? undefined : fields[name];
    if (name === undefined || shape === undefined) throw new UserError(`json: unknown field ${JSON.stringify(key)}`);
    const decoded = decodedShape(inner, shape, `${where}.${name}`);
    if (decoded !== undefined) result[name] = decoded;
  }
  return result;
}

function jsonType(value: JsonValue): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  return isJsonObject(value) ? "object" : typeof value === "string" ? "string" : "number";
}

function goType(shape: Shape): string {
  if (typeof shape === "string") return { text: "string", boolean: "bool", integer: "int" }[shape];
  if ("listOf" in shape) return `[]${goType(shape.listOf)}`;
  return "mapOf" in shape ? `map[string]${goType(shape.mapOf)}` : "struct";
}
