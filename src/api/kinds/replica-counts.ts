import { checkNotNegative } from "../field-checks.ts";
import { child, type FieldErrors } from "../field-errors.ts";

/** Checks of the numbers in a status. */

export function checkCounts<S extends object>(
  status: S | undefined,
  fields: readonly (string & keyof S)[],
  errors: FieldErrors,
): void {
  for (const field of fields) checkNotNegative(countOf(status, field), child("status", field), errors);
}

/** No part may be more than the whole. */
export function checkParts<S extends object>(
  status: S | undefined,
  parts: readonly (string & keyof S)[],
  { whole, detail }: { readonly whole: string & keyof S; readonly detail: string },
  errors: FieldErrors,
): void {
  for (const part of parts) {
    const count = countOf(status, part) ?? 0;
    if (count > (countOf(status, whole) ?? 0)) errors.invalid(child("status", part), count, detail);
  }
}

interface WithCollisions {
  readonly collisionCount?: number | undefined;
}

/** Counts what names clashed; going back would make them clash again. */
export function checkCollisionCount(
  status: WithCollisions | undefined,
  old: WithCollisions | undefined,
  errors: FieldErrors,
): void {
  const count = status?.collisionCount;
  if (old?.collisionCount === undefined || (count !== undefined && count >= old.collisionCount)) return;
  errors.invalid("status.collisionCount", count ?? 0, "cannot be decremented");
}

function countOf<S extends object>(status: S | undefined, field: keyof S): number | undefined {
  const value = status?.[field];
  return typeof value === "number" ? value : undefined;
}
