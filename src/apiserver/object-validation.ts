import { invalid } from "../api/api-error.ts";
import { FieldErrors } from "../api/field-errors.ts";
import { validateMetadata, validateMetadataUpdate } from "../api/meta-validation.ts";
import type { KubeObject } from "../api/resource-type.ts";
import type { WriteRequest } from "./write-request.ts";

/** Throws Invalid with every problem of a new object. */
export function validateCreation({ resource: { kind }, warnings }: WriteRequest, object: KubeObject): void {
  const errors = new FieldErrors();
  const { namespaced } = kind.type;
  const { nameFormat, validate } = kind.strategy;
  validateMetadata(object.metadata, { namespaced, nameFormat, finalizers: "qualified" }, errors);
  validate?.(object, errors);
  if (!errors.isEmpty) throw invalid(kind.type, object.metadata.name ?? "", errors.errors);
  warnings.push(...(kind.strategy.warnings?.(object, undefined) ?? []));
}

/** Throws Invalid with every problem of an object that replaces `old`. */
export function validateReplacement(
  { resource: { kind }, warnings }: WriteRequest,
  object: KubeObject,
  old: Readonly<KubeObject>,
): void {
  const errors = new FieldErrors();
  validateMetadataUpdate(object.metadata, old.metadata, errors);
  kind.strategy.validate?.(object, errors, old);
  kind.strategy.validateUpdate?.(object, old, errors);
  if (!errors.isEmpty) throw invalid(kind.type, object.metadata.name ?? "", errors.errors);
  warnings.push(...(kind.strategy.warnings?.(object, old) ?? []));
}
