import { isExactInteger } from "../../lib/json/exact-integer.ts";

/** As much of a value's type as its Go type follows from. */
interface TypeFacts {
  readonly type?: string;
  readonly format?: string;
  readonly ref?: string;
  readonly items?: TypeFacts;
  readonly values?: TypeFacts;
  readonly goType?: string;
}

/** The Go type of a value as upstream's messages show it: `int32`, `v1.PodSpec`, `map[string]string`, `v1.PullPolicy`. */
export function goTypeOf(value: TypeFacts): string {
  if (value.goType !== undefined) return value.goType;
  if (value.ref !== undefined) return value.ref.split(".").slice(-2).join(".");
  if (value.items) return `[]${goTypeOf(value.items)}`;
  if (value.values) return `map[string]${goTypeOf(value.values)}`;
  if (value.type === "integer") return value.format ?? "int64";
  if (value.type === "number") return "float64";
  if (value.type === "boolean") return "bool";
  if (value.type === "string") return value.format === "byte" ? "[]uint8" : "string";
  return "";
}

/** `[]v1.Capability` -> `v1.Capability`; undefined when the type does not say. */
export function elementGoType(goType: string): string | undefined {
  return /^(?:\[\]|map\[[^\]]*\])(.+)$/.exec(goType)?.[1];
}

/** What Go's messages call a value of JSON. */
export function goKindOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number" || isExactInteger(value)) return "number";
  return typeof value;
}
