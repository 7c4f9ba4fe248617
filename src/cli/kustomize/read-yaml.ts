import { isJsonObject, type JsonObject, type JsonValue } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { yamlDocuments } from "../../lib/yaml/yaml-documents.ts";
import { decodeYaml, YamlError } from "../../lib/yaml/yaml.ts";
import { newResource, type Resource, textOf } from "./resource.ts";
import { plainScalar } from "./scalar-text.ts";

/** A YAML text that is broken; files tell by it whether something else is worth trying. */
export class MalformedYamlError extends UserError {}

export function yamlValue(text: string): JsonValue {
  return decoded(text, 1);
}

function decoded(text: string, firstLine: number): JsonValue {
  try {
    return decodeYaml(text, firstLine, plainScalar).value;
  } catch (error) {
    if (error instanceof YamlError) throw new MalformedYamlError(`MalformedYAMLError: ${error.message}`);
    throw error;
  }
}

/** The objects of a text, those of lists too. */
export function resourcesIn(text: string): readonly Resource[] {
  const values = yamlDocuments(text).map(({ text: document, firstLine }) => decoded(document, firstLine));
  return objectsIn(values).map(newResource);
}

function objectsIn(values: readonly JsonValue[]): readonly JsonObject[] {
  const pending = values.filter((value) => value !== null && !(isJsonObject(value) && isEmpty(value)));
  const found: JsonObject[] = [];
  for (let value = pending.shift(); value !== undefined; value = pending.shift()) {
    if (!isJsonObject(value)) throw new UserError(`expected an object, but found ${JSON.stringify(value)}`);
    checkMetadata(value);
    const kind = textOf(value, "kind");
    const items = value["items"];
    if (!kind.endsWith("List") || items === undefined) found.push(value);
    else if (Array.isArray(items)) pending.push(...items.filter((item) => item !== null));
    else if (items !== null) throw new UserError(`expected array in ${kind}/items, but found ${typeof items}`);
  }
  return found;
}

const isEmpty = (object: JsonObject): boolean => Object.keys(object).length === 0;

function checkMetadata(object: JsonObject): void {
  const kind = object["kind"];
  if (typeof kind !== "string" || kind === "") throw new UserError(`missing kind in object ${goMeta(object)}`);
  const metadata = isJsonObject(object["metadata"]) ? object["metadata"] : {};
  if (!kind.endsWith("List") && !metadata["name"])
    throw new UserError(`missing metadata.name in object ${goMeta(object)}`);
}

/** As Go shows the struct. */
function goMeta(object: JsonObject): string {
  const metadata = isJsonObject(object["metadata"]) ? object["metadata"] : {};
  const map = (field: string): string => {
    const found = isJsonObject(metadata[field]) ? metadata[field] : {};
    const keys = Object.keys(found).toSorted((left, right) => (left < right ? -1 : 1));
    return `map[${keys.map((key) => `${key}:${textOf(found, key)}`).join(" ")}]`;
  };
  const names = `{${textOf(metadata, "name")} ${textOf(metadata, "namespace")}}`;
  const type = `{${textOf(object, "apiVersion")} ${textOf(object, "kind")}}`;
  return `{${type} {${names} ${map("labels")} ${map("annotations")}}}`;
}
