import type { JsonValue } from "../../../lib/json/json-value.ts";
import { isJsonObject, jsonEqual } from "../../../lib/json/json-value.ts";
import type { FieldSet } from "./field-set.ts";
import { EMPTY, isEmpty } from "./field-set.ts";
import type { NodeType } from "./node-type.ts";
import { allFields, branchesOf, isLeafLike } from "./object-fields.ts";
import type { PathElement } from "./path-element.ts";

/** How one object differs from another, place by place: upstream's Compare. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

const SAME: Comparison = { added: EMPTY, modified: EMPTY, removed: EMPTY };

export function compareObjects(before: JsonValue, after: JsonValue, type: NodeType): Comparison {
  if (before === after) return SAME;
  const oldBranches = new Map(branchesOf(before, type).map((branch) => [branch.element, branch]));
  const added = new Growing();
  const modified = new Growing();
  const removed = new Growing();
  for (const { element, value, type: childType } of branchesOf(after, type)) {
    const old = oldBranches.get(element);
    oldBranches.delete(element);
    if (!old) {
      added.member(element);
      added.below(element, allFields(value, childType));
    } else if (isLeafPair(old.value, value, childType)) {
      if (!jsonEqual(old.value, value)) modified.member(element);
    } else {
      const below = compareObjects(old.value, value, childType);
      added.below(element, below.added);
      modified.below(element, below.modified);
      removed.below(element, below.removed);
    }
  }
  for (const { element, value, type: childType } of oldBranches.values()) {
    removed.member(element);
    removed.below(element, allFields(value, childType));
  }
  return { added: added.set, modified: modified.set, removed: removed.set };
}

/** Null, missing and empty are told apart as values: nothing below could tell. */
const isLeafPair = (before: JsonValue, after: JsonValue, type: NodeType): boolean =>
  type.kind === "leaf" || (hasNothingBelow(before) && hasNothingBelow(after));

const hasNothingBelow = (value: JsonValue): boolean =>
  Array.isArray(value) || isJsonObject(value) ? isLeafLike(value) : true;

/** A set while it is made; most stay empty. */
class Growing {
  #members: Set<PathElement> | undefined;
  #children: Map<PathElement, FieldSet> | undefined;

  get set(): FieldSet {
    if (!this.#members && !this.#children) return EMPTY;
    return { members: this.#members ?? EMPTY.members, children: this.#children ?? EMPTY.children };
  }

  member(element: PathElement): void {
    (this.#members ??= new Set()).add(element);
  }

  below(element: PathElement, set: FieldSet): void {
    if (!isEmpty(set)) (this.#children ??= new Map()).set(element, set);
  }
}
