import { child, type FieldErrors } from "../field-errors.ts";
import { NOT_NEGATIVE } from "../meta-validation.ts";
import { compareQuantities, parseQuantity, quantityMilliValue, ZERO } from "../quantity.ts";
import { isIntegerResource } from "../resource-names.ts";
import type { Quantity } from "../types/meta-v1.ts";

export function checkQuantityNotNegative(quantity: Quantity | undefined, path: string, errors: FieldErrors): void {
  if (quantity === undefined) return;
  if (compareQuantities(parseQuantity(quantity), ZERO) < 0) errors.invalid(path, quantity, NOT_NEGATIVE);
}

/** An amount of a resource: not negative, and whole where pieces are counted. */
export function checkResourceAmount(resource: string, quantity: Quantity, path: string, errors: FieldErrors): void {
  checkQuantityNotNegative(quantity, path, errors);
  if (!isIntegerResource(resource)) return;
  if (quantityMilliValue(parseQuantity(quantity)) % 1000n !== 0n) errors.invalid(path, quantity, "must be an integer");
}

/** Amounts by resource; the resource is part of the path as a field is. */
export function checkResourceAmounts(
  amounts: Readonly<Record<string, Quantity>> | undefined,
  path: string,
  errors: FieldErrors,
): void {
  for (const [resource, quantity] of Object.entries(amounts ?? {})) {
    checkResourceAmount(resource, quantity, child(path, resource), errors);
  }
}
