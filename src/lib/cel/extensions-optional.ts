/** Optional values (cel-go's cel.OptionalTypes, version 2). */
import { member, overload, type FunctionDeclaration } from "./functions.ts";
import { durationOf } from "./time-text.ts";
import { BOOL, DYN, INT, listType, mapType, optionalType, STRING, typeParameter } from "./types.ts";
import { ArrayList, CelError, Duration, ListValue, MapValue, Optional, Uint, type Value } from "./values.ts";

const K = typeParameter("K");
const V = typeParameter("V");
const OPTIONAL = optionalType(V);
const LIST = listType(V);
const MAP = mapType(K, V);

/** The planner evaluates these itself. */
const planned = (): Value => {
  throw new CelError("no such overload");
};

function isZero(value: Value): boolean {
  if (value instanceof Uint) return value.value === 0n;
  if (value instanceof ListValue || value instanceof MapValue) return value.size === 0;
  if (value instanceof Uint8Array) return value.length === 0;
  if (value instanceof Duration) return value.nanos === durationOf(0n).nanos;
  return value === null || value === false || value === 0n || value === 0 || value === "";
}

function present(list: ListValue): ListValue {
  return new ArrayList(
    [...list].flatMap((each) => (each instanceof Optional && each.value !== undefined ? [each.value] : [])),
  );
}

const at = (list: ListValue, index: number): Optional => new Optional(list.size === 0 ? undefined : list.at(index));

export const OPTIONAL_FUNCTIONS: readonly FunctionDeclaration[] = [
  { name: "optional.of", overloads: [overload("optional_of", [V], OPTIONAL, (value: Value) => new Optional(value))] },
  {
    name: "optional.ofNonZeroValue",
    overloads: [
      overload("optional_ofNonZeroValue", [V], OPTIONAL, (value: Value) => {
        return new Optional(isZero(value) ? undefined : value);
      }),
    ],
  },
  { name: "optional.none", overloads: [overload("optional_none", [], OPTIONAL, () => new Optional(undefined))] },
  {
    name: "value",
    overloads: [
      member("optional_value", [OPTIONAL], V, ({ value }: Optional) => {
        if (value === undefined) throw new CelError("optional.none() dereference");
        return value;
      }),
    ],
  },
  {
    name: "hasValue",
    overloads: [member("optional_hasValue", [OPTIONAL], BOOL, ({ value }: Optional) => value !== undefined)],
  },
  { name: "or", overloads: [member("optional_or_optional", [OPTIONAL, OPTIONAL], OPTIONAL, planned)] },
  { name: "orValue", overloads: [member("optional_orValue_value", [OPTIONAL, V], V, planned)] },
  { name: "_?._", overloads: [overload("select_optional_field", [DYN, STRING], OPTIONAL, planned)] },
  {
    name: "_[?_]",
    overloads: [
      overload("list_optindex_optional_int", [LIST, INT], OPTIONAL, planned),
      overload("optional_list_optindex_optional_int", [optionalType(LIST), INT], OPTIONAL, planned),
      overload("map_optindex_optional_value", [MAP, K], OPTIONAL, planned),
      overload("optional_map_optindex_optional_value", [optionalType(MAP), K], OPTIONAL, planned),
    ],
  },
  {
    name: "_[_]",
    overloads: [
      overload("optional_list_index_int", [optionalType(LIST), INT], OPTIONAL, planned),
      overload("optional_map_index_value", [optionalType(MAP), K], OPTIONAL, planned),
    ],
  },
  { name: "first", overloads: [member("list_first", [LIST], OPTIONAL, (list: ListValue) => at(list, 0))] },
  { name: "last", overloads: [member("list_last", [LIST], OPTIONAL, (list: ListValue) => at(list, list.size - 1))] },
  { name: "optional.unwrap", overloads: [overload("optional_unwrap", [listType(OPTIONAL)], LIST, present)] },
  { name: "unwrapOpt", overloads: [member("optional_unwrapOpt", [listType(OPTIONAL)], LIST, present)] },
];
