import { checkDnsSubdomain, checkImmutable } from "../../field-checks.ts";
import type { FieldErrors } from "../../field-errors.ts";
import { validateLabelSelector } from "../../label-selector.ts";
import type { CSIStorageCapacity } from "../../types/storage-v1.ts";
import { checkQuantityNotNegative } from "../quantity-checks.ts";

/** Upstream's ValidateCSIStorageCapacity, which says nothing on updates. */
export function validateCsiStorageCapacity(
  { nodeTopology, storageClassName, capacity }: CSIStorageCapacity,
  errors: FieldErrors,
  old?: CSIStorageCapacity,
): void {
  if (old) return;
  if (nodeTopology) validateLabelSelector(nodeTopology, "nodeTopology", errors);
  checkDnsSubdomain(storageClassName, "storageClassName", errors);
  checkQuantityNotNegative(capacity, "capacity", errors);
}

export function validateCsiStorageCapacityUpdate(
  object: CSIStorageCapacity,
  old: CSIStorageCapacity,
  errors: FieldErrors,
): void {
  checkImmutable(object.nodeTopology, old.nodeTopology, "nodeTopology", errors);
  checkImmutable(object.storageClassName, old.storageClassName, "storageClassName", errors);
}
