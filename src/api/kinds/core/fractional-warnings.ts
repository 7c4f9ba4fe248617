import { formatQuantity, parseQuantity, quantityMilliValue } from "../../quantity.ts";
import type { Quantity } from "../../types/meta-v1.ts";

/** There is no half of a byte. */
export function fractionalWarnings(quantity: Quantity, path: string): string[] {
  const amount = parseQuantity(quantity);
  if (quantityMilliValue(amount) % 1000n === 0n) return [];
  return [`${path}: fractional byte value "${formatQuantity(amount)}" is invalid, must be an integer`];
}
