import { at, child, type FieldErrors } from "../../field-errors.ts";

/** Conditions of both kinds: each has a type, and no two have the same. */
export function validateConditionTypes(
  conditions: readonly { readonly type?: string | undefined }[] = [],
  errors: FieldErrors,
): void {
  const seen = new Set<string>();
  conditions.forEach(({ type = "" }, index) => {
    const path = child(at("status.conditions", index), "type");
    if (seen.has(type)) errors.duplicate(path, type);
    seen.add(type);
    if (type === "") errors.required(path, "");
  });
}
