import { goTypeOf } from "../../src/api/schema/go-type.ts";
import type { ApiFacts, DefinitionFacts, FieldFacts, WireFacts } from "./api-facts.ts";
import type { GoFieldTypes } from "./go-types.ts";

type Line = Record<string, unknown>;

/** Writes one line of JSON per definition, in the form `src/api/schema/schema.ts` describes, and says how many. */
export async function writeDefinitions(facts: ApiFacts, goTypes: GoFieldTypes, path: string): Promise<number> {
  const all = { ...facts["wire-definitions"], ...facts.definitions };
  const lines = Object.keys(all)
    .toSorted()
    .map((name) => {
      const definition = all[name] ?? {};
      return JSON.stringify({ name, ...definitionLine(name, definition, facts, goTypes) });
    });
  await Bun.write(path, `${lines.join("\n")}\n`);
  return lines.length;
}

function definitionLine(name: string, definition: DefinitionFacts, facts: ApiFacts, goTypes: GoFieldTypes): Line {
  const line: Line = {};
  if (definition.type !== undefined) line["type"] = definition.type;
  if (definition.format !== undefined) line["format"] = definition.format;
  if (definition["group-version-kind"]) line["groupVersionKinds"] = definition["group-version-kind"];
  if (definition.required) line["required"] = definition.required;
  if (definition["map-type"]) line["mapType"] = definition["map-type"];
  if (definition.unions) line["unions"] = definition.unions;
  if (!(name in facts.definitions)) line["unpublished"] = true;
  if (!definition.properties) return line;
  const wire = wireFields(messageName(name), facts);
  line["properties"] = Object.fromEntries(
    Object.entries(definition.properties).map(([key, field]) => [
      key,
      fieldLine(field, wire.get(key), goTypes.get(name)?.get(key)),
    ]),
  );
  return line;
}

function fieldLine(field: FieldFacts, wire: Wire | undefined, goType: string | undefined): Line {
  const line = valueLine(field);
  if (field.pointer) line["pointer"] = true;
  if ("zero" in field) line["zero"] = field.zero;
  if ("default" in field) line["default"] = field.default;
  if (field["patch-strategy"]) line["patchStrategy"] = field["patch-strategy"];
  if (field["patch-merge-key"]) line["patchMergeKey"] = field["patch-merge-key"];
  if (field["list-type"]) line["listType"] = field["list-type"];
  if (field["list-map-keys"]) line["listMapKeys"] = field["list-map-keys"];
  if (field["map-type"]) line["mapType"] = field["map-type"];
  if (wire) line["wire"] = wire.path.length === 1 ? wire.path[0] : wire.path;
  if (wire?.isWrapped) line["wireWrapped"] = true;
  if (goType !== undefined && goType.replace(/^\*/, "") !== goTypeOf(field)) {
    line["goType"] = goType.replace(/^\*/, "");
  }
  return line;
}

function valueLine(value: FieldFacts): Line {
  const line: Line = {};
  if (value.type !== undefined) line["type"] = value.type;
  if (value.format !== undefined) line["format"] = value.format;
  if (value.ref !== undefined) line["ref"] = value.ref;
  if (value.enum) line["enum"] = value.enum;
  if (value.items) line["items"] = valueLine(value.items);
  if (value.values) line["values"] = valueLine(value.values);
  return line;
}

interface Wire {
  /** Field numbers from the outermost message inwards: more than one where JSON inlines a message. */
  readonly path: readonly number[];
  /** The list is the field `items` of a message of its own. */
  readonly isWrapped: boolean;
}

const messageName = (definition: string): string =>
  `k8s.io.${definition.slice("io.k8s.".length)}`.replaceAll(/apiextensions-apiserver|kube-aggregator/g, (name) =>
    name.replaceAll("-", "_"),
  );

function wireFields(message: string, facts: ApiFacts, outer: readonly number[] = []): Map<string, Wire> {
  const found = new Map<string, Wire>();
  for (const [name, field] of Object.entries(facts.protobuf[message] ?? {})) {
    const path = [...outer, field.number];
    if (!field.inline) found.set(field.json ?? name, { path, isWrapped: isWrappedList(field, facts) });
    else if (field.type) for (const [key, wire] of wireFields(field.type, facts, path)) found.set(key, wire);
  }
  return found;
}

/** `Verbs` and `ExtraValue`: Go named slices, which protobuf can only repeat inside a message. */
function isWrappedList(field: WireFacts, facts: ApiFacts): boolean {
  const message = facts.protobuf[field.map?.[1] ?? field.type ?? ""];
  if (!message || field.repeated) return false;
  const names = Object.keys(message);
  return names.length === 1 && message["items"]?.repeated === true && message["items"].type === "string";
}
