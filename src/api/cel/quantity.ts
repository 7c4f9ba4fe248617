/** Quantities in expressions (apiserver/pkg/cel/library/quantity.go). */
import { member, overload, type FunctionDeclaration } from "../../lib/cel/functions.ts";
import { BOOL, DOUBLE, INT, STRING, structType } from "../../lib/cel/types.ts";
import { CelError, OpaqueValue } from "../../lib/cel/values.ts";
import {
  addQuantities,
  type Amount,
  compareQuantities,
  parseQuantity,
  QuantityError,
  subtractQuantities,
  wholeQuantity,
} from "../quantity.ts";

const QUANTITY = structType("kubernetes.Quantity");
const MAX_INT = 2n ** 63n - 1n;

class QuantityValue extends OpaqueValue {
  override readonly type = QUANTITY;
  readonly amount: Amount;

  constructor(amount: Amount) {
    super();
    this.amount = amount;
  }

  override equals(other: OpaqueValue): boolean {
    return other instanceof QuantityValue && compareQuantities(this.amount, other.amount) === 0;
  }
}

function quantityOf(text: string): QuantityValue {
  try {
    return new QuantityValue(parseQuantity(text));
  } catch (error) {
    if (error instanceof QuantityError) throw new CelError(error.message);
    throw error;
  }
}

function isQuantity(text: string): boolean {
  try {
    parseQuantity(text);
    return true;
  } catch (error) {
    if (error instanceof QuantityError) return false;
    throw error;
  }
}

/** The whole number it is, or undefined where there is a fraction or too much. */
function wholeOf({ unscaled, scale }: Amount): bigint | undefined {
  const factor = 10n ** BigInt(Math.abs(scale));
  if (scale < 0 && unscaled % factor !== 0n) return undefined;
  const whole = scale < 0 ? unscaled / factor : unscaled * factor;
  return whole > MAX_INT || whole < -MAX_INT - 1n ? undefined : whole;
}

const compared = (a: QuantityValue, b: QuantityValue): number => compareQuantities(a.amount, b.amount);
const added = (a: QuantityValue, b: Amount): QuantityValue => new QuantityValue(addQuantities(a.amount, b));
const subtracted = (a: QuantityValue, b: Amount): QuantityValue => new QuantityValue(subtractQuantities(a.amount, b));
const whole = (value: bigint): Amount => wholeQuantity(value, "DecimalExponent");

export const QUANTITY_FUNCTIONS: readonly FunctionDeclaration[] = [
  { name: "quantity", overloads: [overload("string_to_quantity", [STRING], QUANTITY, quantityOf)] },
  { name: "isQuantity", overloads: [overload("is_quantity_string", [STRING], BOOL, isQuantity)] },
  // Upstream declares it as a function instead of a member, so `q.sign()` does not compile there either.
  {
    name: "sign",
    overloads: [
      overload("quantity_sign", [QUANTITY], INT, ({ amount: { unscaled } }: QuantityValue) => {
        if (unscaled === 0n) return 0n;
        return unscaled > 0n ? 1n : -1n;
      }),
    ],
  },
  {
    name: "isGreaterThan",
    overloads: [
      member("quantity_is_greater_than", [QUANTITY, QUANTITY], BOOL, (a: QuantityValue, b: QuantityValue) => {
        return compared(a, b) > 0;
      }),
    ],
  },
  {
    name: "isLessThan",
    overloads: [
      member("quantity_is_less_than", [QUANTITY, QUANTITY], BOOL, (a: QuantityValue, b: QuantityValue) => {
        return compared(a, b) < 0;
      }),
    ],
  },
  {
    name: "compareTo",
    overloads: [
      member("quantity_compare_to", [QUANTITY, QUANTITY], INT, (a: QuantityValue, b: QuantityValue) => {
        return BigInt(compared(a, b));
      }),
    ],
  },
  {
    name: "asApproximateFloat",
    overloads: [
      member("quantity_get_float", [QUANTITY], DOUBLE, ({ amount: { unscaled, scale } }: QuantityValue) =>
        Number(`${unscaled}e${scale}`),
      ),
    ],
  },
  {
    name: "asInteger",
    overloads: [
      member("quantity_get_int", [QUANTITY], INT, ({ amount }: QuantityValue) => {
        const value = wholeOf(amount);
        if (value === undefined) throw new CelError("cannot convert value to integer");
        return value;
      }),
    ],
  },
  {
    name: "isInteger",
    overloads: [
      member("quantity_is_integer", [QUANTITY], BOOL, ({ amount }: QuantityValue) => wholeOf(amount) !== undefined),
    ],
  },
  {
    name: "add",
    overloads: [
      member("quantity_add", [QUANTITY, QUANTITY], QUANTITY, (a: QuantityValue, b: QuantityValue) => {
        return added(a, b.amount);
      }),
      member("quantity_add_int", [QUANTITY, INT], QUANTITY, (a: QuantityValue, b: bigint) => added(a, whole(b))),
    ],
  },
  {
    name: "sub",
    overloads: [
      member("quantity_sub", [QUANTITY, QUANTITY], QUANTITY, (a: QuantityValue, b: QuantityValue) => {
        return subtracted(a, b.amount);
      }),
      member("quantity_sub_int", [QUANTITY, INT], QUANTITY, (a: QuantityValue, b: bigint) => subtracted(a, whole(b))),
    ],
  },
];
