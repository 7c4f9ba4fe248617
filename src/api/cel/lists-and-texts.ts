/** Functions of lists and texts that Kubernetes adds (apiserver/pkg/cel/library/lists.go, regex.go and jsonpatch.go). */
import { member, overload, type FunctionDeclaration } from "../../lib/cel/functions.ts";
import { compilePattern } from "../../lib/cel/regular-expression.ts";
import { compareValues, intOf, uintOf } from "../../lib/cel/stdlib-operators.ts";
import { durationOf } from "../../lib/cel/time-text.ts";
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  INT,
  listType,
  STRING,
  TIMESTAMP,
  typeParameter,
  UINT,
} from "../../lib/cel/types.ts";
import {
  ArrayList,
  CelError,
  Duration,
  type ListValue,
  NO_SUCH_OVERLOAD,
  Uint,
  type Value,
  valuesEqual,
} from "../../lib/cel/values.ts";

const A = typeParameter("A");
const STRINGS = listType(STRING);

const COMPARABLE: readonly (readonly [string, CelType])[] = [
  ["int", INT],
  ["uint", UINT],
  ["double", DOUBLE],
  ["bool", BOOL],
  ["duration", DURATION],
  ["timestamp", TIMESTAMP],
  ["string", STRING],
  ["bytes", BYTES],
];

const SUMMABLE: readonly (readonly [string, CelType, Value])[] = [
  ["int", INT, 0n],
  ["uint", UINT, new Uint(0n)],
  ["double", DOUBLE, 0],
  ["duration", DURATION, new Duration(0n)],
];

function isSorted(list: ListValue): boolean {
  for (let index = 1; index < list.size; index += 1) {
    if (compareValues(list.at(index - 1), list.at(index)) > 0) return false;
  }
  return true;
}

function sum(list: ListValue, zero: Value): Value {
  let total = zero;
  for (const each of list) total = added(total, each);
  return total;
}

function added(a: Value, b: Value): Value {
  if (typeof a === "bigint" && typeof b === "bigint") return intOf(a + b);
  if (typeof a === "number" && typeof b === "number") return a + b;
  if (a instanceof Uint && b instanceof Uint) return uintOf(a.value + b.value);
  if (a instanceof Duration && b instanceof Duration) return durationOf(a.nanos + b.nanos);
  throw new CelError(NO_SUCH_OVERLOAD);
}

function extreme(list: ListValue, name: string, isBetter: (order: number) => boolean): Value {
  let best: Value | undefined;
  for (const each of list) if (best === undefined || isBetter(compareValues(each, best))) best = each;
  if (best === undefined) throw new CelError(`${name} called on empty list`);
  return best;
}

const extremes = (name: string, isBetter: (order: number) => boolean): FunctionDeclaration => ({
  name,
  overloads: COMPARABLE.map(([text, type]) =>
    member(`list_${text}_${name}_${text}`, [listType(type)], type, (list: ListValue) => extreme(list, name, isBetter)),
  ),
});

function pattern(text: string) {
  try {
    return compilePattern(text);
  } catch (error) {
    throw error instanceof CelError ? new CelError(`Illegal regex: ${error.message}`) : error;
  }
}

function findAll(text: string, expression: string, limit = -1n): ListValue {
  const matcher = pattern(expression).matcher(text);
  const found: string[] = [];
  const most = limit < 0n ? Infinity : Number(limit);
  while (found.length < most && matcher.find()) found.push(matcher.group() ?? "");
  return new ArrayList(found);
}

export const LIST_AND_TEXT_FUNCTIONS: readonly FunctionDeclaration[] = [
  {
    name: "isSorted",
    overloads: COMPARABLE.map(([name, type]) =>
      member(`list_${name}_is_sorted_bool`, [listType(type)], BOOL, isSorted),
    ),
  },
  {
    name: "sum",
    overloads: SUMMABLE.map(([name, type, zero]) =>
      member(`list_${name}_sum_${name}`, [listType(type)], type, (list: ListValue) => sum(list, zero)),
    ),
  },
  extremes("max", (order) => order > 0),
  extremes("min", (order) => order < 0),
  {
    name: "indexOf",
    overloads: [
      member("list_a_index_of_int", [listType(A), A], INT, (list: ListValue, value: Value) => {
        return BigInt([...list].findIndex((each) => valuesEqual(each, value)));
      }),
    ],
  },
  {
    name: "lastIndexOf",
    overloads: [
      member("list_a_last_index_of_int", [listType(A), A], INT, (list: ListValue, value: Value) => {
        return BigInt([...list].findLastIndex((each) => valuesEqual(each, value)));
      }),
    ],
  },
  {
    name: "find",
    overloads: [
      member("string_find_string", [STRING, STRING], STRING, (text: string, expression: string) => {
        const matcher = pattern(expression).matcher(text);
        return matcher.find() ? (matcher.group() ?? "") : "";
      }),
    ],
  },
  {
    name: "findAll",
    overloads: [
      member("string_find_all_string", [STRING, STRING], STRINGS, (text: string, expression: string) => {
        return findAll(text, expression);
      }),
      member("string_find_all_string_int", [STRING, STRING, INT], STRINGS, findAll),
    ],
  },
];

/** For policies that mutate only. */
export const JSON_PATCH_FUNCTIONS: readonly FunctionDeclaration[] = [
  {
    name: "jsonpatch.escapeKey",
    overloads: [
      overload("string_jsonpatch_escapeKey_string", [STRING], STRING, (key: string) =>
        key.replaceAll("~", "~0").replaceAll("/", "~1"),
      ),
    ],
  },
];
