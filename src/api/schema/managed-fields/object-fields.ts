import type { JsonObject, JsonValue } from "../../../lib/json/json-value.ts";
import { isJsonObject } from "../../../lib/json/json-value.ts";
import type { FieldSet } from "./field-set.ts";
import { EMPTY, isEmpty } from "./field-set.ts";
import type { NodeType } from "./node-type.ts";
import type { PathElement } from "./path-element.ts";
import { fieldElement } from "./path-element.ts";

/** A child of an object or list, with the step that leads to it. */
export interface Branch {
  readonly element: PathElement;
  readonly value: JsonValue;
  readonly type: NodeType;
  /** A field of a struct, which nobody owns by itself. */
  readonly isStructField: boolean;
}

/** What an applied configuration says something about: upstream's ToFieldSet. */
export const appliedFields = (value: JsonValue, type: NodeType): FieldSet =>
  fieldsBelow(value, type, ({ value: child, type: childType, isStructField }) => {
    if (!isStructField || childType.kind === "leaf" || child === null) return true;
    return isJsonObject(child) && isLeafLike(child);
  });

/** Every place that exists: what is added or removed when all of the value is. */
export const allFields = (value: JsonValue, type: NodeType): FieldSet => fieldsBelow(value, type, () => true);

function fieldsBelow(value: JsonValue, type: NodeType, isMember: (branch: Branch) => boolean): FieldSet {
  const branches = branchesOf(value, type);
  if (branches.length === 0) return EMPTY;
  const members = new Set<PathElement>();
  const children = new Map<PathElement, FieldSet>();
  for (const branch of branches) {
    if (isMember(branch)) members.add(branch.element);
    const below = fieldsBelow(branch.value, branch.type, isMember);
    if (!isEmpty(below)) children.set(branch.element, below);
  }
  return { members, children };
}

/** Objects and lists without anything in them are values like scalars. */
export const isLeafLike = (value: JsonObject | readonly JsonValue[]): boolean => Object.keys(value).length === 0;

/** The children of a value that can have owners of their own. Repeated items of a list count once. */
export function branchesOf(value: JsonValue | undefined, type: NodeType): Branch[] {
  if (type.kind === "object" && isJsonObject(value)) return fieldBranches(value, type);
  if (type.kind !== "list" || !Array.isArray(value)) return [];
  const branches = new Map<PathElement, Branch>();
  for (const item of value) {
    const element = type.element(item);
    if (element === undefined || branches.has(element)) continue;
    branches.set(element, { element, value: item, type: type.items, isStructField: false });
  }
  return [...branches.values()];
}

function fieldBranches(value: JsonObject, type: Extract<NodeType, { kind: "object" }>): Branch[] {
  const branches: Branch[] = [];
  for (const [key, child] of Object.entries(value)) {
    const childType = type.field(key);
    if (child === undefined || !childType) continue;
    branches.push({ element: fieldElement(key), value: child, type: childType, isStructField: type.isStruct });
  }
  return branches;
}
