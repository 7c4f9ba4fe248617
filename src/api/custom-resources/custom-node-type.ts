import type { JsonObject, JsonValue } from "../../lib/json/json-value.ts";
import { isJsonObject } from "../../lib/json/json-value.ts";
import { nodeTypeOf, type NodeType } from "../schema/managed-fields/node-type.ts";
import { keyElement, valueElement, type PathElement } from "../schema/managed-fields/path-element.ts";
import type { JSONSchemaProps } from "../types/apiextensions-v1.ts";
import { OBJECT_META } from "./embedded-metadata.ts";
import { isEmbedded, isIntOrString, itemsOf, preservesUnknown, propertyOf, valuesOf } from "./structural.ts";

const LEAF: NodeType = { kind: "leaf" };

/** Where nothing is specified: objects are taken apart, lists are values. */
const DEDUCED: NodeType = { kind: "object", field: () => DEDUCED, isStruct: false };

/** How server-side apply looks at a custom resource. */
export function customNodeType(schema: JSONSchemaProps | undefined, preserves: boolean): NodeType {
  const own = schema ? objectType(schema, preserves || preservesUnknown(schema)) : DEDUCED;
  return withMetadata(own);
}

/** The fields that every object has are typed as those of every object. */
function withMetadata(own: NodeType): NodeType {
  const field = own.kind === "object" ? own.field : () => undefined;
  return {
    kind: "object",
    isStruct: true,
    field(key) {
      if (key === "metadata") return nodeTypeOf(OBJECT_META);
      return key === "apiVersion" || key === "kind" ? LEAF : field(key);
    },
  };
}

/** `preserves`: something above keeps what it does not know. */
function typeOf(schema: JSONSchemaProps, preserves: boolean): NodeType {
  if (isIntOrString(schema)) return LEAF;
  const keeps = preserves || preservesUnknown(schema);
  switch (schema.type) {
    case "object": {
      const type = objectType(schema, keeps);
      return isEmbedded(schema) && type.kind === "object" ? withMetadata(type) : type;
    }
    case "array":
      return listType(schema, keeps);
    case undefined:
    case "":
      return schema.properties ? objectType(schema, keeps) : DEDUCED;
    default:
      return LEAF;
  }
}

function objectType(schema: JSONSchemaProps, keeps: boolean): NodeType {
  if (schema["x-kubernetes-map-type"] === "atomic") return LEAF;
  const types = new Map<string, NodeType>();
  const others = typeOfOthers(schema, keeps);
  const hasProperties = Object.keys(schema.properties ?? {}).length > 0;
  return {
    kind: "object",
    isStruct: hasProperties,
    field(key) {
      const known = types.get(key);
      if (known) return known;
      const property = propertyOf(schema, key);
      if (!property) return others;
      const type = typeOf(property, keeps);
      types.set(key, type);
      return type;
    },
  };
}

/** The type of fields that are not specified; undefined: there are none. */
function typeOfOthers(schema: JSONSchemaProps, keeps: boolean): NodeType | undefined {
  const values = valuesOf(schema);
  if (values) return typeOf(values, keeps);
  if (schema.additionalProperties !== undefined) return schema.additionalProperties === true ? DEDUCED : undefined;
  return keeps || Object.keys(schema.properties ?? {}).length === 0 ? DEDUCED : undefined;
}

function listType(schema: JSONSchemaProps, keeps: boolean): NodeType {
  const relation = schema["x-kubernetes-list-type"] ?? "atomic";
  const itemSchema = itemsOf(schema);
  if (relation === "atomic" || !itemSchema) return LEAF;
  const items = typeOf(itemSchema, keeps);
  if (relation === "set") return { kind: "list", items, element: setElement };
  const keys = (schema["x-kubernetes-list-map-keys"] ?? []).toSorted();
  return { kind: "list", items, element: (item) => mapElement(item, keys, itemSchema) };
}

const setElement = (item: JsonValue): PathElement | undefined =>
  item === null || typeof item === "object" ? undefined : valueElement(item);

function mapElement(item: JsonValue, keys: readonly string[], schema: JSONSchemaProps): PathElement | undefined {
  if (!isJsonObject(item)) return undefined;
  const named: JsonObject = {};
  for (const key of keys) {
    // Defaults are JSON.
    const value = item[key] ?? (propertyOf(schema, key)?.default as JsonValue | undefined);
    if (value !== undefined && value !== null) named[key] = value;
  }
  return Object.keys(named).length === 0 ? undefined : keyElement(named);
}
