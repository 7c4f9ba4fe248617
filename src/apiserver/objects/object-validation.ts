import { invalid } from "../../api/api-error.ts";
import { FieldErrors } from "../../api/field-errors.ts";
import { validateMetadata, validateMetadataUpdate } from "../../api/meta-validation.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import type { WriteRequest } from "./write-request.ts";

/** Throws Invalid with every problem of a new object. */
export function validateCreation({ resource: { kind }, warnings }: WriteRequest, object: KubeObject): void {
  const errors = new FieldErrors();
  const { namespaced } = kind.type;
  const { nameFormat, validate } = kind.strategy;
  validateMetadata(
    object.metadata,
    { namespaced, nameFormat, finalizers: kind.schema?.isCustom ? "any" : "qualified" },
    errors,
  );
  validate?.(object, errors);
  if (!errors.isEmpty) throw invalid(kind.type, object.metadata.name ?? "", errors.errors);
  warnings.push(...(kind.strategy.warnings?.(object, undefined) ?? []));
}

/** What is checked beside the content of the new object: upstream's ValidateUpdate functions. */
export type ValidateUpdate = (object: KubeObject, old: KubeObject, errors: FieldErrors) => void;

/**
 * Throws Invalid with every problem of an object that replaces `old`. Subresources that write a part of the object bring
 * rules of their own for what may change.
 */
export function validateReplacement(
  { resource: { kind }, warnings }: WriteRequest,
  object: KubeObject,
  old: Readonly<KubeObject>,
  validateUpdate: ValidateUpdate | undefined = kind.strategy.validateUpdate,
): void {
  const errors = new FieldErrors();
  validateMetadataUpdate(object.metadata, old.metadata, errors);
  kind.strategy.validate?.(object, errors, old);
  validateUpdate?.(object, old, errors);
  if (!errors.isEmpty) throw invalid(kind.type, object.metadata.name ?? "", errors.errors);
  warnings.push(...(kind.strategy.warnings?.(object, old) ?? []));
}
