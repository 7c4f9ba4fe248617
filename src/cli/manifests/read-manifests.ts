import { JsonSyntaxError } from "../../lib/json/json-reader.ts";
import { goJson } from "../../lib/json/json-text.ts";
import { isJsonObject, type JsonValue } from "../../lib/json/json-value.ts";
import { decodeJson } from "../../lib/json/strict-json.ts";
import { UserError } from "../../lib/user-error.ts";
import { yamlDocuments } from "../../lib/yaml/yaml-documents.ts";
import { decodeYaml, YamlError } from "../../lib/yaml/yaml.ts";
import { type ApiObject, apiVersionOf, itemsOf, kindOf } from "../objects/api-object.ts";

/** An object of a manifest, and where it stood. */
export interface ManifestObject {
  readonly object: ApiObject;
  readonly source: string;
}

export interface ManifestOptions {
  /** Say what is missing as validation does, which some commands run first. */
  readonly validates: boolean;
  /** Keep a List as one object instead of taking out its items. */
  readonly keepsLists?: boolean;
}

/**
 * The objects of a manifest: YAML or JSON, one or several documents, lists taken apart. Yields what it can before it
 * throws, since kubectl acts on the documents before a broken one.
 */
export function* readManifests(text: string, source: string, options: ManifestOptions): Generator<ManifestObject> {
  for (const value of documents(text, source)) {
    if (value === null) continue;
    if (!isJsonObject(value)) throw notAnObject(value, source, options);
    checkType(value, source, options);
    const found = { object: value, source };
    if (options.keepsLists) yield found;
    else yield* flattened(found, options);
  }
}

function* documents(text: string, source: string): Generator<JsonValue> {
  try {
    if (/^\s*\{/.test(text) && !/^---/m.test(text)) {
      for (const json of jsonDocuments(text)) yield decodeJson(json).value;
      return;
    }
    for (const { text: document, firstLine } of yamlDocuments(text)) yield decodeYaml(document, firstLine).value;
  } catch (error) {
    if (error instanceof YamlError)
      throw new UserError(`error parsing ${source}: error converting YAML to JSON: ${error.message}`, {
        cause: undefined,
      });
    if (error instanceof JsonSyntaxError) throw new UserError(`error parsing ${source}: ${error.message}`);
    throw error;
  }
}

/** JSON objects one behind the other. Text that is YAML in braces comes back whole, for the reader to complain. */
function jsonDocuments(text: string): readonly string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (isInString) {
      if (char === "\\") at++;
      else if (char === '"') isInString = false;
      continue;
    }
    if (char === '"') isInString = true;
    else if (char === "{") depth++;
    else if (char === "}" && --depth === 0) {
      found.push(text.slice(start, at + 1));
      start = at + 1;
    }
  }
  const rest = text.slice(start);
  return rest.trim() === "" ? found : [...found, rest];
}

function* flattened(found: ManifestObject, options: ManifestOptions): Generator<ManifestObject> {
  const items = kindOf(found.object).endsWith("List") ? itemsOf(found.object) : undefined;
  if (!items) {
    yield found;
    return;
  }
  for (const item of items) {
    checkType(item, found.source, options);
    yield* flattened({ ...found, object: item }, options);
  }
}

function checkType(object: ApiObject, source: string, { validates }: ManifestOptions): void {
  const missing = [
    ...(apiVersionOf(object) === "" ? ["apiVersion not set"] : []),
    ...(kindOf(object) === "" ? ["kind not set"] : []),
  ];
  if (missing.length === 0) return;
  if (validates) {
    const problem = missing.length === 1 ? missing[0] : `[${missing.join(", ")}]`;
    throw new UserError(
      `error validating ${JSON.stringify(source)}: error validating data: ${problem}; if you choose to ignore these errors, turn validation off with --validate=false`,
    );
  }
  const field = kindOf(object) === "" ? "Kind" : "apiVersion";
  throw new UserError(
    `unable to decode ${JSON.stringify(source)}: Object '${field}' is missing in '${goJson(object)}'`,
  );
}

function notAnObject(value: JsonValue, source: string, { validates }: ManifestOptions): UserError {
  const type = Array.isArray(value) ? "array" : typeof value;
  return new UserError(
    validates
      ? `error validating ${JSON.stringify(source)}: error validating data: invalid object to validate; if you choose to ignore these errors, turn validation off with --validate=false`
      : `unable to decode ${JSON.stringify(source)}: json: cannot unmarshal ${type} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
  );
}
