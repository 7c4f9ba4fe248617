import type { JsonObject, JsonValue } from "../../../lib/json/json-value.ts";
import { isJsonObject, ownValue } from "../../../lib/json/json-value.ts";
import type { Field, ValueType } from "../schema.ts";
import { definition, shortName } from "../schema.ts";
import type { PathElement } from "./path-element.ts";
import { keyElement, valueElement } from "./path-element.ts";

/** How server-side apply looks at a place of an object. */
export type NodeType =
  /** One value that has one owner: a scalar, or an atomic list or object. */
  | { readonly kind: "leaf" }
  | {
      readonly kind: "object";
      /** The type of what stands under a key; undefined: the type knows no such field. */
      readonly field: (key: string) => NodeType | undefined;
      /** Fields of a struct belong to nobody by themselves; keys of a map are owned like values. */
      readonly isStruct: boolean;
    }
  | {
      readonly kind: "list";
      readonly items: NodeType;
      /** The step that names an item; undefined when it lacks what names it. */
      readonly element: (item: JsonValue) => PathElement | undefined;
    };

const LEAF: NodeType = { kind: "leaf" };

/** Free-form JSON: the keys of its first level have owners, what is below them has none of its own. */
const FREE_FORM: NodeType = { kind: "object", field: () => LEAF, isStruct: false };

// A memory of what follows from the constant facts.
const typeByDefinition = new Map<string, NodeType>();

/** The type of a whole object. */
export function nodeTypeOf(definitionName: string): NodeType {
  const known = typeByDefinition.get(definitionName);
  if (known) return known;
  const type = made(definitionName);
  typeByDefinition.set(definitionName, type);
  return type;
}

function made(definitionName: string): NodeType {
  const facts = definition(definitionName);
  if (facts.mapType === "atomic") return LEAF;
  const { properties } = facts;
  if (!properties) return FREE_FORM_TYPES.has(shortName(definitionName)) ? FREE_FORM : LEAF;
  const types = new Map<string, NodeType>();
  const field = (key: string): NodeType | undefined => {
    const known = types.get(key);
    if (known) return known;
    const property = ownValue(properties, key);
    if (!property) return undefined;
    const type = fieldType(property);
    types.set(key, type);
    return type;
  };
  return { kind: "object", field, isStruct: true };
}

const FREE_FORM_TYPES = new Set(["RawExtension", "FieldsV1"]);

function fieldType(field: Field): NodeType {
  if (field.mapType === "atomic") return LEAF;
  return field.items ? listType(field, field.items) : valueType(field);
}

function valueType(type: ValueType): NodeType {
  if (type.ref !== undefined) return nodeTypeOf(type.ref);
  // Lists inside of maps and lists have nothing that says how they merge.
  if (type.items) return LEAF;
  if (type.values) {
    const values = valueType(type.values);
    return { kind: "object", field: () => values, isStruct: false };
  }
  return type.type === undefined || type.type === "object" ? FREE_FORM : LEAF;
}

function listType(field: Field, items: ValueType): NodeType {
  const merges = field.patchStrategy?.split(",").includes("merge") ?? false;
  // Older types say by their merge key alone what lists they have.
  const relation = field.listType ?? (merges ? (field.patchMergeKey === undefined ? "set" : "map") : "atomic");
  if (relation === "atomic") return LEAF;
  const keys = [...(field.listMapKeys ?? (field.patchMergeKey === undefined ? [] : [field.patchMergeKey]))].toSorted();
  const type = valueType(items);
  return {
    kind: "list",
    items: type,
    element: relation === "set" ? setElement : (item) => mapElement(item, keys, items.ref),
  };
}

const setElement = (item: JsonValue): PathElement | undefined =>
  item === null || typeof item === "object" ? undefined : valueElement(item);

function mapElement(
  item: JsonValue,
  keys: readonly string[],
  itemDefinition: string | undefined,
): PathElement | undefined {
  if (!isJsonObject(item)) return undefined;
  const properties = itemDefinition === undefined ? undefined : definition(itemDefinition).properties;
  const named: JsonObject = {};
  for (const key of keys) {
    // The facts are JSON.
    const value = item[key] ?? (properties?.[key]?.default as JsonValue | undefined);
    if (value !== undefined && value !== null) named[key] = value;
  }
  return Object.keys(named).length === 0 ? undefined : keyElement(named);
}
