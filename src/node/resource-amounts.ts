import { parseQuantity, quantityMilliValue, quantityValue } from "../api/quantity.ts";

/** Resources by name, as pods and nodes write them. */
export type ResourceList = Readonly<Record<string, string | number>>;

/** A quantity in whole units, rounded up; nothing is 0. The kernel and Docker take numbers, so a double must do. */
export function wholeAmount(quantity: string | number | undefined): number {
  return quantity === undefined ? 0 : Number(quantityValue(parseQuantity(quantity)));
}

/** A quantity in thousandths, as CPUs are counted. */
export function milliAmount(quantity: string | number | undefined): number {
  return quantity === undefined ? 0 : Number(quantityMilliValue(parseQuantity(quantity)));
}
