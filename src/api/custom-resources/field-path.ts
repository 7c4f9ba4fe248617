import type { JSONSchemaProps } from "../types/apiextensions-v1.ts";
import { propertyOf, valuesOf } from "./structural.ts";

/** Where a path of a definition leads in its schema, or why it leads nowhere (ValidFieldPath of apiextensions-apiserver). */
export type FoundField =
  | { readonly path: string; readonly root: string; readonly schema: JSONSchemaProps }
  | { readonly problem: string };

const TOKEN = /'(?:\\.|[^'\\])*'|[.[\]]|[^.[\]]+/gs;

export function fieldAt(
  text: string,
  root: JSONSchemaProps,
  { allowsBrackets }: { readonly allowsBrackets: boolean },
): FoundField {
  const tokens = text.match(TOKEN) ?? [];
  let schema = root;
  let path = "";
  let first: string | undefined;
  for (let index = 0; index < tokens.length;) {
    const token = tokens[index];
    let name: string | undefined;
    if (token === "[") {
      if (!allowsBrackets) return { problem: "array notation is not allowed" };
      const literal = tokens[index + 1];
      if (literal === undefined) return { problem: "unexpected end of JSON path" };
      if (!/^'.*'$/s.test(literal)) return { problem: `expected single quoted string but got ${literal}` };
      name = literal.slice(1, -1).replaceAll(/\\(.)/gs, "$1");
      if (tokens[index + 2] === undefined) return { problem: "unexpected end of JSON path" };
      if (tokens[index + 2] !== "]") return { problem: `expected ] but got ${tokens[index + 2]}` };
      index += 3;
    } else if (token === ".") {
      name = tokens[index + 1];
      if (name === undefined) return { problem: "unexpected end of JSON path" };
      index += 2;
    } else return { problem: `expected [ or . but got: ${token}` };
    const next = under(schema, name);
    if (!next) return { problem: "does not refer to a valid field" };
    path = next.isNamed ? (path === "" ? name : `${path}.${name}`) : `${path}[${name}]`;
    first ??= name;
    schema = next.schema;
  }
  return { path, root: first ?? "", schema };
}

function under(schema: JSONSchemaProps, name: string) {
  if (schema.properties) {
    const property = propertyOf(schema, name);
    return property && { schema: property, isNamed: true };
  }
  const values = valuesOf(schema);
  return values && { schema: values, isNamed: false };
}
