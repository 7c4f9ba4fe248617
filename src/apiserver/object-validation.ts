import { invalid } from "../api/api-error.ts";
import { FieldErrors } from "../api/field-errors.ts";
import type { KubeObject } from "../api/resource-type.ts";
import type { WriteRequest } from "./write-request.ts";

/** Throws Invalid with every problem of a new object. */
export function validateCreation({ resource: { kind } }: WriteRequest, object: KubeObject): void {
  const errors = new FieldErrors();
  kind.strategy.validate?.(object, errors);
  if (!errors.isEmpty) throw invalid(kind.type, object.metadata.name ?? "", errors.errors);
}

/** Throws Invalid with every problem of an object that replaces `old`. */
export function validateReplacement(
  { resource: { kind } }: WriteRequest,
  object: KubeObject,
  old: Readonly<KubeObject>,
): void {
  const errors = new FieldErrors();
  kind.strategy.validate?.(object, errors);
  kind.strategy.validateUpdate?.(object, old, errors);
  if (!errors.isEmpty) throw invalid(kind.type, object.metadata.name ?? "", errors.errors);
}
