import {
  cloneJson,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  ownValue,
  setKey,
} from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { type Gvk, gvkOf, idText, isSelected, kindRank, gvkSortText, ORDER_FIRST, ORDER_LAST } from "./resource-id.ts";
import { currentId, type Resource, textOf } from "./resource.ts";
import { splitPath } from "./split-path.ts";

/** A field of the kinds that the rest selects. */
export interface FieldSpec extends Partial<Gvk> {
  /** `spec/template/metadata/labels`; a list on the way means each of its items. */
  readonly path: string;
  readonly create?: boolean;
}

/** Where a value stands. */
export interface Slot {
  readonly value: JsonValue;
  readonly set: (value: JsonValue) => void;
}

/** What a missing field is made of, when the spec says that it is to be made. */
type Created = "map" | "scalar";

/** The resource with every field that the spec means changed by `change`. The resource itself stays as it was. */
export function withFieldsChanged(
  resource: Resource,
  specs: readonly FieldSpec[],
  change: (slot: Slot) => void,
  created?: Created,
): Resource {
  // The copy is ours until it is returned.
  const value = cloneJson(resource.value);
  for (const spec of specs) changeFields(value, spec, change, created);
  return { ...resource, value };
}

/** As `withFieldsChanged`, on an object of the caller's own. */
export function changeFields(
  object: JsonObject,
  spec: FieldSpec,
  change: (slot: Slot) => void,
  created?: Created,
): void {
  if (!isSelected(gvkOf(textOf(object, "apiVersion"), textOf(object, "kind")), spec)) return;
  const walk: Walk = { create: spec.create === true ? created : undefined, change };
  try {
    visit({ value: object, set: () => undefined }, splitPath(spec.path, "/"), walk);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const id = idText(currentId({ value: object } as Resource));
    throw new UserError(`considering field '${spec.path}' of object ${id}: ${error.message}`);
  }
}

interface Walk {
  readonly create: Created | undefined;
  readonly change: (slot: Slot) => void;
}

function visit(slot: Slot, path: readonly string[], walk: Walk): void {
  if (path.length === 0) return walk.change(slot);
  const { value } = slot;
  if (value === null) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      visit({ value: item, set: (next) => void (value[index] = next) }, path, walk);
    return;
  }
  if (!isJsonObject(value)) throw new UserError("expected sequence or mapping node");
  visitField(value, path, walk);
}

function visitField(object: JsonObject, path: readonly string[], walk: Walk): void {
  const [first = "", ...rest] = path;
  const name = first.replace(/\[\]$/, "");
  if (name === "") throw new UserError("cannot set or create an empty field name");
  const kind = name !== first ? "list" : walk.create && rest.length > 0 ? "map" : walk.create;
  const found = ownValue(object, name);
  if (found === undefined && (kind === undefined || kind === "list")) return;
  const value = found ?? emptyValue(kind);
  if (value !== found && kind !== "scalar") setKey(object, name, value);
  visit({ value, set: (next) => setKey(object, name, next) }, rest, walk);
}

function emptyValue(kind: Created | "list" | undefined): JsonValue {
  switch (kind) {
    case "map":
      return {};
    case "list":
      return [];
    case "scalar":
      return "";
    case undefined:
      return null;
  }
}

/** Two specs of one field must agree on whether it is made. */
export function mergedSpecs(specs: readonly FieldSpec[], more: readonly FieldSpec[]): readonly FieldSpec[] {
  const merged = [...specs];
  for (const spec of more) {
    const known = merged.find(
      (each) => each.path === spec.path && isSelected({ group: "", version: "", kind: "", ...each }, spec),
    );
    if (!known) merged.push(spec);
    else if ((known.create ?? false) !== (spec.create ?? false)) throw new UserError("conflicting fieldspecs");
  }
  return merged;
}

export const inSpecOrder = <T extends Partial<Gvk>>(specs: readonly T[]): readonly T[] =>
  specs.toSorted((left, right) => {
    const rank = (spec: T): number => kindRank(spec.kind ?? "", ORDER_FIRST, ORDER_LAST);
    if (rank(left) !== rank(right)) return rank(left) - rank(right);
    const [a, b] = [gvkSortText(left), gvkSortText(right)];
    return a < b ? -1 : a > b ? 1 : 0;
  });
