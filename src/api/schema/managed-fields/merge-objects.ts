import type { JsonObject, JsonValue } from "../../../lib/json/json-value.ts";
import { isJsonObject, ownValue, setKey } from "../../../lib/json/json-value.ts";
import type { FieldSet } from "./field-set.ts";
import { EMPTY } from "./field-set.ts";
import type { NodeType } from "./node-type.ts";
import { branchesOf } from "./object-fields.ts";
import type { PathElement } from "./path-element.ts";
import { fieldElement } from "./path-element.ts";

/** The live object with an applied configuration laid over it: upstream's Merge. Neither argument is changed. */
export function mergeObjects(live: JsonValue | undefined, config: JsonValue | undefined, type: NodeType): JsonValue {
  if (config === undefined) return live ?? null;
  if (live === undefined || type.kind === "leaf") return config;
  if (type.kind === "object") return isJsonObject(config) ? mergedFields(live, config, type) : config;
  return Array.isArray(config) ? mergedItems(live, config, type) : config;
}

function mergedFields(live: JsonValue, config: JsonObject, type: Extract<NodeType, { kind: "object" }>): JsonValue {
  if (!isJsonObject(live)) return config;
  const result: JsonObject = { ...live };
  for (const [key, value] of Object.entries(config)) {
    const childType = type.field(key);
    if (value === undefined || !childType) continue;
    setKey(result, key, mergeObjects(ownValue(live, key), value, childType));
  }
  return result;
}

/** Items stand in the order of the configuration; those that only the live list has keep their places between them. */
function mergedItems(live: JsonValue, config: JsonValue[], type: Extract<NodeType, { kind: "list" }>): JsonValue {
  const left = branchesOf(live, type);
  const right = branchesOf(config, type);
  if (left.length === 0) return config;
  const liveByElement = new Map(left.map(({ element, value }) => [element, value]));
  const configured = new Set(right.map(({ element }) => element));
  const shared = right.filter(({ element }) => liveByElement.has(element)).map(({ element }) => element);
  const result: JsonValue[] = [];
  let next = 0;
  /** Takes the live list's own items up to the shared item that comes next; shared items out of order wait for their turn. */
  const takeLiveItems = (): void => {
    for (let branch = left[next]; branch && branch.element !== shared[0]; branch = left[++next]) {
      if (!configured.has(branch.element)) result.push(branch.value);
    }
  };
  for (const { element, value } of right) {
    takeLiveItems();
    if (element === shared[0]) {
      shared.shift();
      next++;
    }
    result.push(mergeObjects(liveByElement.get(element), value, type.items));
  }
  takeLiveItems();
  return result;
}

/** The value without what is in the set: upstream's RemoveItems. */
export function withoutFields(value: JsonValue, set: FieldSet, type: NodeType): JsonValue {
  if (set === EMPTY || type.kind === "leaf") return value;
  if (type.kind === "list") {
    if (!Array.isArray(value)) return value;
    return value.flatMap((item): JsonValue[] => {
      const element = type.element(item);
      if (element === undefined) return [item];
      if (set.members.has(element)) return [];
      return [withoutFields(item, set.children.get(element) ?? EMPTY, type.items)];
    });
  }
  if (!isJsonObject(value)) return value;
  const result: JsonObject = {};
  for (const [key, child] of Object.entries(value)) {
    const element = fieldElement(key);
    if (child === undefined || set.members.has(element)) continue;
    const childType = type.field(key);
    setKey(result, key, childType ? withoutFields(child, set.children.get(element) ?? EMPTY, childType) : child);
  }
  return result;
}

/** The set with the structs on the way to its paths: who owns all that is said in a struct owns the struct. */
export function withStructs(set: FieldSet, type: NodeType): FieldSet {
  const members = new Set(set.members);
  const children = new Map<PathElement, FieldSet>();
  for (const [element, below] of set.children) {
    const childType = childTypeOf(type, element);
    if (type.kind === "object" && type.isStruct && childType) members.add(element);
    children.set(element, childType ? withStructs(below, childType) : below);
  }
  return { members, children };
}

function childTypeOf(type: NodeType, element: PathElement): NodeType | undefined {
  if (type.kind === "list") return type.items;
  return type.kind === "object" ? type.field(element.slice("f:".length)) : undefined;
}
