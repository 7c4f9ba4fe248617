/** Operators of the language as functions (cel-go's common/stdlib). */
import { member, overload, type FunctionDeclaration, type Overload } from "./functions.ts";
import { codePointCount } from "./text-size.ts";
import { durationOf, timestampOf } from "./time-text.ts";
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  INT,
  listType,
  mapType,
  STRING,
  TIMESTAMP,
  typeParameter,
  UINT,
} from "./types.ts";
import {
  CelError,
  compareNumbers,
  type Duration,
  isNumber,
  type ListValue,
  type MapValue,
  NO_SUCH_OVERLOAD,
  Timestamp,
  Duration as DurationValue,
  Uint,
  type Value,
  valuesEqual,
} from "./values.ts";

const A = typeParameter("A");
const B = typeParameter("B");
export const LIST_OF_A = listType(A);
export const MAP_OF_AB = mapType(A, B);

const MAX_INT = 2n ** 63n - 1n;
const MAX_UINT = 2n ** 64n - 1n;

export function intOf(value: bigint): bigint {
  if (value > MAX_INT || value < -MAX_INT - 1n) throw new CelError("integer overflow");
  return value;
}

export function uintOf(value: bigint): Uint {
  if (value > MAX_UINT || value < 0n) throw new CelError("unsigned integer overflow");
  return new Uint(value);
}

/** One arithmetic operator for int, uint and (where there is one) double. */
function arithmetic(
  name: string,
  onIntegers: (a: bigint, b: bigint) => bigint,
  onDoubles?: (a: number, b: number) => number,
): readonly Overload[] {
  return [
    ...(onDoubles ? [overload(`${name}_double`, [DOUBLE, DOUBLE], DOUBLE, onDoubles)] : []),
    overload(`${name}_int64`, [INT, INT], INT, (a: bigint, b: bigint) => intOf(onIntegers(a, b))),
    overload(`${name}_uint64`, [UINT, UINT], UINT, (a: Uint, b: Uint) => uintOf(onIntegers(a.value, b.value))),
  ];
}

function divided(message: string, divide: (a: bigint, b: bigint) => bigint): (a: bigint, b: bigint) => bigint {
  return (a, b) => {
    if (b === 0n) throw new CelError(message);
    return divide(a, b);
  };
}

const NUMBER_TYPES: readonly (readonly [string, CelType])[] = [
  ["int64", INT],
  ["uint64", UINT],
  ["double", DOUBLE],
];

function comparison(name: string, holds: (order: number) => boolean): readonly Overload[] {
  const call = (a: Value, b: Value): boolean => holds(compareValues(a, b));
  const same: readonly (readonly [string, CelType])[] = [
    ["bool", BOOL],
    ...NUMBER_TYPES,
    ["string", STRING],
    ["bytes", BYTES],
    ["timestamp", TIMESTAMP],
    ["duration", DURATION],
  ];
  return [
    ...same.map(([text, type]) => overload(`${name}_${text}`, [type, type], BOOL, call)),
    ...NUMBER_TYPES.flatMap(([one, oneType]) =>
      NUMBER_TYPES.filter(([other]) => other !== one).map(([other, otherType]) =>
        overload(`${name}_${one}_${other}`, [oneType, otherType], BOOL, call),
      ),
    ),
  ];
}

/** Negative, zero or positive. */
export function compareValues(a: Value, b: Value): number {
  if (isNumber(a) && isNumber(b)) {
    const order = compareNumbers(a, b);
    if (order === undefined) throw new CelError("NaN values cannot be ordered");
    return order;
  }
  if (typeof a === "string" && typeof b === "string")
    return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  if (a instanceof Timestamp && b instanceof Timestamp) return order(a.nanos, b.nanos);
  if (a instanceof DurationValue && b instanceof DurationValue) return order(a.nanos, b.nanos);
  throw new CelError(NO_SUCH_OVERLOAD);
}

const order = (a: bigint, b: bigint): number => (a < b ? -1 : Number(a > b));

const sizes = (name: string, type: CelType, size: (value: never) => bigint): readonly Overload[] => [
  overload(`size_${name}`, [type], INT, size),
  member(`${name}_size`, [type], INT, size),
];

const never = (): Value => {
  throw new CelError(NO_SUCH_OVERLOAD);
};

/** Those that the planner evaluates itself, because they do not look at all of their arguments, are declared for their types. */
export const OPERATORS: readonly FunctionDeclaration[] = [
  { name: "_?_:_", overloads: [overload("conditional", [BOOL, A, A], A, never)] },
  { name: "_&&_", overloads: [overload("logical_and", [BOOL, BOOL], BOOL, never)] },
  { name: "_||_", overloads: [overload("logical_or", [BOOL, BOOL], BOOL, never)] },
  { name: "@not_strictly_false", overloads: [overload("not_strictly_false", [BOOL], BOOL, never)] },
  {
    name: "_[_]",
    overloads: [overload("index_list", [LIST_OF_A, INT], A, never), overload("index_map", [MAP_OF_AB, A], B, never)],
  },
  { name: "!_", overloads: [overload("logical_not", [BOOL], BOOL, (value: boolean) => !value)] },
  { name: "_==_", overloads: [overload("equals", [A, A], BOOL, (a: Value, b: Value) => valuesEqual(a, b))] },
  { name: "_!=_", overloads: [overload("not_equals", [A, A], BOOL, (a: Value, b: Value) => !valuesEqual(a, b))] },
  {
    name: "_+_",
    overloads: [
      overload("add_bytes", [BYTES, BYTES], BYTES, (a: Uint8Array, b: Uint8Array) => {
        return new Uint8Array(Buffer.concat([a, b]));
      }),
      ...arithmetic(
        "add",
        (a, b) => a + b,
        (a, b) => a + b,
      ),
      overload("add_duration_duration", [DURATION, DURATION], DURATION, (a: Duration, b: Duration) =>
        durationOf(a.nanos + b.nanos),
      ),
      overload("add_duration_timestamp", [DURATION, TIMESTAMP], TIMESTAMP, (a: Duration, b: Timestamp) =>
        timestampOf(a.nanos + b.nanos),
      ),
      overload("add_timestamp_duration", [TIMESTAMP, DURATION], TIMESTAMP, (a: Timestamp, b: Duration) =>
        timestampOf(a.nanos + b.nanos),
      ),
      overload("add_list", [LIST_OF_A, LIST_OF_A], LIST_OF_A, (a: ListValue, b: ListValue) => a.concat(b)),
      overload("add_string", [STRING, STRING], STRING, (a: string, b: string) => a + b),
    ],
  },
  {
    name: "_-_",
    overloads: [
      ...arithmetic(
        "subtract",
        (a, b) => a - b,
        (a, b) => a - b,
      ),
      overload("subtract_duration_duration", [DURATION, DURATION], DURATION, (a: Duration, b: Duration) =>
        durationOf(a.nanos - b.nanos),
      ),
      overload("subtract_timestamp_duration", [TIMESTAMP, DURATION], TIMESTAMP, (a: Timestamp, b: Duration) =>
        timestampOf(a.nanos - b.nanos),
      ),
      overload("subtract_timestamp_timestamp", [TIMESTAMP, TIMESTAMP], DURATION, (a: Timestamp, b: Timestamp) =>
        durationOf(a.nanos - b.nanos),
      ),
    ],
  },
  {
    name: "_*_",
    overloads: arithmetic(
      "multiply",
      (a, b) => a * b,
      (a, b) => a * b,
    ),
  },
  {
    name: "_/_",
    overloads: arithmetic(
      "divide",
      divided("division by zero", (a, b) => a / b),
      (a, b) => a / b,
    ),
  },
  {
    name: "_%_",
    overloads: arithmetic(
      "modulo",
      divided("modulus by zero", (a, b) => a % b),
    ),
  },
  {
    name: "-_",
    overloads: [
      overload("negate_double", [DOUBLE], DOUBLE, (value: number) => -value),
      overload("negate_int64", [INT], INT, (value: bigint) => intOf(-value)),
    ],
  },
  { name: "_<_", overloads: comparison("less", (found) => found < 0) },
  { name: "_<=_", overloads: comparison("less_equals", (found) => found <= 0) },
  { name: "_>_", overloads: comparison("greater", (found) => found > 0) },
  { name: "_>=_", overloads: comparison("greater_equals", (found) => found >= 0) },
  {
    name: "@in",
    overloads: [
      overload("in_list", [A, LIST_OF_A], BOOL, (value: Value, list: ListValue) => {
        for (const each of list) if (valuesEqual(each, value)) return true;
        return false;
      }),
      overload("in_map", [A, MAP_OF_AB], BOOL, (key: Value, map: MapValue) => map.get(key) !== undefined),
    ],
  },
  {
    name: "size",
    overloads: [
      ...sizes("bytes", BYTES, ({ length }: Uint8Array) => BigInt(length)),
      ...sizes("list", LIST_OF_A, ({ size }: ListValue) => BigInt(size)),
      ...sizes("map", MAP_OF_AB, ({ size }: MapValue) => BigInt(size)),
      ...sizes("string", STRING, (text: string) => BigInt(codePointCount(text))),
    ],
  },
];
