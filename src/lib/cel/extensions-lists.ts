/** Functions of lists and sets (cel-go's ext/lists.go, version 3, and ext/sets.go), and what macros call. */
import { member, overload, type FunctionDeclaration } from "./functions.ts";
import { MAP_INSERT, SORT_BY_KEYS } from "./macros.ts";
import { compareValues, LIST_OF_A, MAP_OF_AB } from "./stdlib-operators.ts";
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  keyType,
  listType,
  STRING,
  TIMESTAMP,
  UINT,
  valueType,
} from "./types.ts";
import {
  ArrayList,
  CelError,
  EntryMap,
  ListValue,
  MapValue,
  shownValue,
  typeName,
  type Value,
  valuesEqual,
} from "./values.ts";

const COMPARABLE: readonly CelType[] = [INT, UINT, DOUBLE, BOOL, DURATION, TIMESTAMP, STRING, BYTES];

function slice(list: ListValue, start: bigint, end: bigint): ListValue {
  const fail = (why: string): CelError => new CelError(`cannot slice(${start}, ${end}), ${why}`);
  if (start < 0n || end < 0n) throw fail("negative indexes not supported");
  if (start > end) throw fail("start index must be less than or equal to end index");
  if (end > BigInt(list.size)) throw fail(`list is length ${list.size}`);
  return new ArrayList([...list].slice(Number(start), Number(end)));
}

function flatten(list: ListValue, depth: bigint): ListValue {
  if (depth < 0n) throw new CelError("level must be non-negative");
  const flat = (items: ListValue, left: bigint): readonly Value[] =>
    [...items].flatMap((each) => (each instanceof ListValue && left > 0n ? flat(each, left - 1n) : [each]));
  return new ArrayList(flat(list, depth));
}

/** A list in the order of the keys that belong to its elements. */
function sortedByKeys(list: ListValue, keys: ListValue): ListValue {
  if (list.size !== keys.size) {
    throw new CelError(
      `@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but got ${list.size} and ${keys.size} elements respectively`,
    );
  }
  const pairs = [...keys].map((key, index): readonly [Value, Value] => [key, list.at(index)]);
  const types = new Set(pairs.map(([key]) => typeName(key)));
  const [first] = pairs;
  if (first && !COMPARABLE.some(({ name }) => name === typeName(first[0]))) {
    throw new CelError("list elements must be comparable");
  }
  if (types.size > 1) throw new CelError("list elements must have the same type");
  return new ArrayList(pairs.toSorted(([a], [b]) => compareValues(a, b)).map(([, value]) => value));
}

function distinct(list: ListValue): ListValue {
  const seen: Value[] = [];
  for (const each of list) if (!seen.some((other) => valuesEqual(each, other))) seen.push(each);
  return new ArrayList(seen);
}

const contains = (list: ListValue, value: Value): boolean => [...list].some((each) => valuesEqual(each, value));
const containsAll = (list: ListValue, others: ListValue): boolean => [...others].every((each) => contains(list, each));

function insertAll(map: MapValue, others: MapValue): MapValue {
  let result = map;
  for (const key of others.keys()) result = inserted(result, key, others.get(key) ?? null);
  return result;
}

function inserted(map: MapValue, key: Value, value: Value): MapValue {
  if (map.get(key) !== undefined) throw new CelError(`insert failed: key ${shownValue(key)} already exists`);
  const own = map instanceof EntryMap ? map : new EntryMap([]);
  return own.with(key, value);
}

const set = (name: string, holds: (a: ListValue, b: ListValue) => boolean): FunctionDeclaration => ({
  name: `sets.${name}`,
  overloads: [overload(`list_sets_${name}_list`, [LIST_OF_A, LIST_OF_A], BOOL, holds)],
});

export const LIST_FUNCTIONS: readonly FunctionDeclaration[] = [
  { name: "slice", overloads: [member("list_slice", [LIST_OF_A, INT, INT], LIST_OF_A, slice)] },
  {
    name: "flatten",
    overloads: [
      member("list_flatten", [listType(LIST_OF_A)], LIST_OF_A, (list: ListValue) => flatten(list, 1n)),
      member("list_flatten_int", [listType(DYN), INT], listType(DYN), flatten),
    ],
  },
  {
    name: "sort",
    overloads: COMPARABLE.map((type) =>
      member(`list_${type.name}_sort`, [listType(type)], listType(type), (list: ListValue) => sortedByKeys(list, list)),
    ),
  },
  {
    name: SORT_BY_KEYS,
    overloads: COMPARABLE.map((type) =>
      member(`list_${type.name}_sortByAssociatedKeys`, [LIST_OF_A, listType(type)], LIST_OF_A, sortedByKeys),
    ),
  },
  {
    name: "lists.range",
    overloads: [
      overload("lists_range", [INT], listType(INT), (count: bigint) => {
        return new ArrayList(Array.from({ length: Math.max(0, Number(count)) }, (_, index) => BigInt(index)));
      }),
    ],
  },
  {
    name: "reverse",
    overloads: [
      member("list_reverse", [LIST_OF_A], LIST_OF_A, (list: ListValue) => new ArrayList([...list].toReversed())),
    ],
  },
  { name: "distinct", overloads: [member("list_distinct", [LIST_OF_A], LIST_OF_A, distinct)] },
  set("contains", containsAll),
  set("equivalent", (a, b) => containsAll(a, b) && containsAll(b, a)),
  set("intersects", (a, b) => [...a].some((each) => contains(b, each))),
  {
    name: MAP_INSERT,
    overloads: [
      overload("@mapInsert_map_key_value", [MAP_OF_AB, keyType(MAP_OF_AB), valueType(MAP_OF_AB)], MAP_OF_AB, inserted),
      overload("@mapInsert_map_map", [MAP_OF_AB, MAP_OF_AB], MAP_OF_AB, insertAll),
    ],
  },
];
