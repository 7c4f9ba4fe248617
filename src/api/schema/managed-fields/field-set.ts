import type { JsonObject, JsonValue } from "../../../lib/json/json-value.ts";
import { isJsonObject } from "../../../lib/json/json-value.ts";
import type { PathElement } from "./path-element.ts";
import { isPathElement } from "./path-element.ts";

/** A set of field paths: which steps are in it, and which steps lead further. Never changed once made. */
export interface FieldSet {
  readonly members: ReadonlySet<PathElement>;
  /** Never empty sets. */
  readonly children: ReadonlyMap<PathElement, FieldSet>;
}

export const EMPTY: FieldSet = { members: new Set(), children: new Map() };

export const isEmpty = ({ members, children }: FieldSet): boolean => members.size === 0 && children.size === 0;

/** A set of single paths: `fieldSetOf(["f:metadata", "f:name"], ["f:kind"])`. */
export function fieldSetOf(...paths: readonly (readonly PathElement[])[]): FieldSet {
  return union(
    ...paths.map(([first, ...rest]): FieldSet => {
      if (first === undefined) return EMPTY;
      if (rest.length === 0) return { members: new Set([first]), children: new Map() };
      return { members: new Set(), children: new Map([[first, fieldSetOf(rest)]]) };
    }),
  );
}

export function union(...sets: readonly FieldSet[]): FieldSet {
  const filled = sets.filter((set) => !isEmpty(set));
  const [first = EMPTY, ...others] = filled;
  if (others.length === 0) return first;
  const members = new Set(first.members);
  const children = new Map(first.children);
  for (const other of others) {
    for (const member of other.members) members.add(member);
    for (const [element, child] of other.children) {
      const own = children.get(element);
      children.set(element, own ? union(own, child) : child);
    }
  }
  return { members, children };
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const members = a.members.intersection(b.members);
  const children = new Map<PathElement, FieldSet>();
  for (const [element, child] of a.children) {
    const other = b.children.get(element);
    const common = other ? intersection(child, other) : EMPTY;
    if (!isEmpty(common)) children.set(element, common);
  }
  return { members, children };
}

/** What is in `a` and not in `b`; what is below a member of `b` stays. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(b)) return a;
  return { members: a.members.difference(b.members), children: childrenWithout(a, b, difference) };
}

/** What is neither in `b` nor below a member of it. */
export function recursiveDifference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmpty(b)) return a;
  const children = childrenWithout(a, b, recursiveDifference);
  for (const element of b.members) children.delete(element);
  return { members: a.members.difference(b.members), children };
}

function childrenWithout(
  a: FieldSet,
  b: FieldSet,
  subtract: (a: FieldSet, b: FieldSet) => FieldSet,
): Map<PathElement, FieldSet> {
  const children = new Map<PathElement, FieldSet>();
  for (const [element, child] of a.children) {
    const other = b.children.get(element);
    const rest = other ? subtract(child, other) : child;
    if (!isEmpty(rest)) children.set(element, rest);
  }
  return children;
}

export function isSameSet(a: FieldSet, b: FieldSet): boolean {
  if (a.members.size !== b.members.size || a.children.size !== b.children.size) return false;
  for (const member of a.members) if (!b.members.has(member)) return false;
  for (const [element, child] of a.children) {
    const other = b.children.get(element);
    if (!other || !isSameSet(child, other)) return false;
  }
  return true;
}

export function hasPath({ members, children }: FieldSet, [first, ...rest]: readonly PathElement[]): boolean {
  if (first === undefined) return false;
  if (rest.length === 0) return members.has(first);
  const child = children.get(first);
  return child !== undefined && hasPath(child, rest);
}

/** Every path in the set, in the order in which fieldsV1 lists them. */
export function pathsOf(set: FieldSet): PathElement[][] {
  return elementsOf(set).flatMap((element) => {
    const below = set.children.get(element);
    return [
      ...(set.members.has(element) ? [[element]] : []),
      ...(below ? pathsOf(below).map((path) => [element, ...path]) : []),
    ];
  });
}

const elementsOf = ({ members, children }: FieldSet): PathElement[] =>
  [...new Set([...members, ...children.keys()])].toSorted();

/** The set as fieldsV1 writes it: a step that is in the set and leads further has `.` below it. */
export function fieldsV1(set: FieldSet): JsonObject {
  const fields: JsonObject = {};
  for (const element of elementsOf(set)) {
    const below = set.children.get(element);
    // First the step itself, then in order: clients compare these bytes.
    fields[element] = below ? { ...(set.members.has(element) ? { ".": {} } : {}), ...fieldsV1(below) } : {};
  }
  return fields;
}

/** Reads fieldsV1; undefined when it is none. */
export function fieldSetFrom(fields: JsonValue): FieldSet | undefined {
  if (!isJsonObject(fields)) return undefined;
  const members = new Set<PathElement>();
  const children = new Map<PathElement, FieldSet>();
  for (const [key, below] of Object.entries(fields)) {
    if (key === "." || !isPathElement(key)) continue;
    if (!isJsonObject(below) || !isReadable(key)) return undefined;
    const child = fieldSetFrom(below);
    if (!child) return undefined;
    if (!isEmpty(child)) children.set(key, child);
    if (isEmpty(child) || below["."] !== undefined) members.add(key);
  }
  return { members, children };
}

/** Keys and values are JSON behind their prefix. */
function isReadable(element: PathElement): boolean {
  if (element.startsWith("f:")) return true;
  try {
    const value: unknown = JSON.parse(element.slice(2));
    return !element.startsWith("k:") || isJsonObject(value);
  } catch {
    return false;
  }
}
