import type { FieldErrors } from "../../../field-errors.ts";

/** A path that stays below where it starts. */
export function validateDescendingPath(file: string, path: string, errors: FieldErrors): void {
  if (file.startsWith("/")) errors.invalid(path, file, "must be a relative path");
  validatePathWithoutBacksteps(file, path, errors);
}

/** As `validateDescendingPath`, and not one of the names that the node agent keeps for itself (`..data`). */
export function validateUnreservedPath(file: string, path: string, errors: FieldErrors): void {
  validateDescendingPath(file, path, errors);
  if (file.startsWith("..") && !file.startsWith("../")) errors.invalid(path, file, "must not start with '..'");
}

export function validatePathWithoutBacksteps(file: string, path: string, errors: FieldErrors): void {
  if (hasBackstep(file)) errors.invalid(path, file, "must not contain '..'");
}

export const hasBackstep = (file: string): boolean => file.split("/").includes("..");
