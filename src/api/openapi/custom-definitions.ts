import type { JsonObject, JsonValue } from "../../lib/json/json-value.ts";
import { isEmbedded, isIntOrString, itemsOf, preservesUnknown, valuesOf } from "../custom-resources/structural.ts";
import type { ResourceType } from "../resource-type.ts";
import type { JSONSchemaProps } from "../types/apiextensions-v1.ts";
import { COMMON_TEXTS } from "./descriptions.ts";

/** What definitions of custom resources refer to. */
export const CUSTOM_REFERENCES = [
  "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta",
  "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta",
] as const;

const [LIST_META, OBJECT_META] = CUSTOM_REFERENCES;

export interface PublishedKind {
  readonly type: ResourceType;
  readonly listKind: string;
  /** Undefined: it has none, or none that is structural. */
  readonly schema: JSONSchemaProps | undefined;
  readonly preservesAll: boolean;
  /** Without the leading dot. */
  readonly selectableFields: readonly string[];
}

/**
 * The definitions of a custom kind and of its lists (apiextensions-apiserver/pkg/controller/openapi/builder). What OpenAPI v2
 * cannot say, or kubectl would take wrongly, is left out there.
 */
export function customDefinitions(kind: PublishedKind, form: "v2" | "v3"): Readonly<Record<string, JsonObject>> {
  const { type, listKind } = kind;
  const nameOf = (name: string): string => [...type.group.split(".").toReversed(), type.version, name].join(".");
  const referTo = REFERENCES[form];
  const fields = kind.selectableFields.map((fieldPath) => ({ fieldPath }));
  const common = (name: string): JsonObject => ({
    "x-kubernetes-group-version-kind": [{ group: type.group, kind: name, version: type.version }],
    ...(fields.length > 0 && form === "v3" ? { "x-kubernetes-selectable-fields": fields } : {}),
  });
  return {
    [nameOf(type.kind)]: { ...objectSchema(kind, form), ...common(type.kind) },
    [nameOf(listKind)]: {
      description: `${listKind} is a list of ${type.kind}`,
      type: "object",
      required: ["items"],
      properties: {
        ...typeMeta(),
        items: { description: `Objects of kind ${type.kind}.`, type: "array", items: referTo(nameOf(type.kind)) },
        metadata: referTo(LIST_META, "What every list has: where it stands, and how it goes on."),
      },
      ...common(listKind),
    },
  };
}

type Refer = (name: string, description?: string) => JsonObject;

const REFERENCES: Readonly<Record<"v2" | "v3", Refer>> = {
  v2: (name, description) => ({ ...(description ? { description } : {}), $ref: `#/definitions/${name}` }),
  v3(name, description) {
    const $ref = `#/components/schemas/${name}`;
    return description ? { description, allOf: [{ $ref }] } : { $ref };
  },
};

const text = (description: string | undefined): JsonObject => ({ description: description ?? "", type: "string" });

const typeMeta = (): JsonObject => ({
  apiVersion: text(COMMON_TEXTS["apiVersion"]),
  kind: text(COMMON_TEXTS["kind"]),
});

function objectSchema({ schema, preservesAll }: PublishedKind, form: "v2" | "v3"): JsonObject {
  // With any property at all kubectl would refuse whatever is not among them.
  if (!schema || (form === "v2" && (preservesAll || preservesUnknown(schema)))) return { type: "object" };
  const published = publishedSchema(schema, form);
  const { properties } = published;
  return { ...published, properties: { ...(properties as JsonObject | undefined), ...objectProperties(form) } };
}

const objectProperties = (form: "v2" | "v3"): JsonObject => ({
  ...typeMeta(),
  metadata: REFERENCES[form](OBJECT_META, COMMON_TEXTS["metadata"]),
});

const JUNCTORS = ["allOf", "anyOf", "oneOf", "not"] as const;

function publishedSchema(schema: JSONSchemaProps, form: "v2" | "v3"): JsonObject {
  const own = ownKeywords(schema, form);
  if (isEmbedded(schema) && !(form === "v2" && preservesUnknown(schema))) {
    own["properties"] = { ...(own["properties"] as JsonObject | undefined), ...objectProperties(form) };
    const required = (own["required"] as JsonValue[] | undefined) ?? [];
    own["required"] = [...required, ...["kind", "apiVersion"].filter((key) => !required.includes(key))];
  }
  return own;
}

function ownKeywords(schema: JSONSchemaProps, form: "v2" | "v3"): JsonObject {
  const published: JsonObject = {};
  for (const [key, value] of Object.entries(schema)) {
    // Facts of a schema are JSON.
    if (value !== undefined && !NESTED.has(key)) published[key] = value as JsonValue;
  }
  const items = itemsOf(schema);
  if (items) published["items"] = publishedSchema(items, form);
  if (schema.properties) published["properties"] = eachPublished(schema.properties, form);
  const values = valuesOf(schema);
  if (values) published["additionalProperties"] = publishedSchema(values, form);
  else if (schema.additionalProperties !== undefined)
    published["additionalProperties"] = schema.additionalProperties as boolean;
  if (form === "v2") return withoutUnknownToV2(published, schema);
  for (const junctor of JUNCTORS) {
    const value = schema[junctor];
    if (value !== undefined) published[junctor] = value as unknown as JsonValue;
  }
  if (isIntOrString(schema) && !schema.anyOf && !schema.allOf?.some(({ anyOf }) => anyOf)) {
    published["anyOf"] = [{ type: "integer" }, { type: "string" }];
  }
  return published;
}

const NESTED: ReadonlySet<string> = new Set([...JUNCTORS, "items", "properties", "additionalProperties"]);

const eachPublished = (schemas: Readonly<Record<string, JSONSchemaProps>>, form: "v2" | "v3"): JsonObject =>
  Object.fromEntries(Object.entries(schemas).map(([key, schema]) => [key, publishedSchema(schema, form)]));

/** kubectl's validation cannot cope with what is dropped here (apiextensions-apiserver/pkg/controller/openapi/v2/conversion.go). */
function withoutUnknownToV2(published: JsonObject, schema: JSONSchemaProps): JsonObject {
  const { nullable: _nullable, ...rest } = published;
  const result: JsonObject = rest;
  if (schema.nullable) {
    delete result["type"];
    delete result["items"];
    delete result["properties"];
  }
  if (preservesUnknown(schema)) {
    delete result["items"];
    delete result["properties"];
    if (result["type"] === "object") delete result["type"];
  }
  if (result["type"] === "array" && result["items"] === undefined) delete result["type"];
  const nullable = Object.entries(schema.properties ?? {}).filter(([, property]) => property.nullable);
  const required = (schema.required ?? []).filter((key) => !nullable.some(([name]) => name === key));
  if (required.length === 0 || valuesOf(schema)?.nullable) delete result["required"];
  else result["required"] = required;
  return result;
}
