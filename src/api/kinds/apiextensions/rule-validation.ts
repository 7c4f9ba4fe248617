import { fieldAt } from "../../custom-resources/field-path.ts";
import { at, child, type FieldErrors } from "../../field-errors.ts";
import type { JSONSchemaProps, ValidationRule } from "../../types/apiextensions-v1.ts";

const REASONS = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];
const LINE_BREAK = /[\n\r]/;

/** What x-kubernetes-validations say, apart from the expressions themselves. */
export function validateRuleTexts(schema: JSONSchemaProps, path: string, errors: FieldErrors): void {
  for (const [index, rule] of (schema["x-kubernetes-validations"] ?? []).entries()) {
    validateRule(rule, schema, at(child(path, "x-kubernetes-validations"), index), errors);
  }
}

function validateRule(rule: ValidationRule, schema: JSONSchemaProps, path: string, errors: FieldErrors): void {
  validateMessage(rule, path, errors);
  const { messageExpression, reason, fieldPath } = rule;
  if (messageExpression && messageExpression.trim() === "") {
    errors.required(child(path, "messageExpression"), "messageExpression must be non-empty if specified");
  }
  if (reason !== undefined && !REASONS.includes(reason)) errors.notSupported(child(path, "reason"), reason, REASONS);
  if (!fieldPath) return;
  const fieldPathPath = child(path, "fieldPath");
  if (fieldPath.trim() === "") errors.invalid(fieldPathPath, fieldPath, "must be non-empty if specified");
  if (LINE_BREAK.test(fieldPath)) errors.invalid(fieldPathPath, fieldPath, "must not contain line breaks");
  if ("problem" in fieldAt(fieldPath, schema, { allowsBrackets: true })) {
    errors.invalid(fieldPathPath, fieldPath, "must be a valid path");
  }
}

/** The first of what may be wrong with the rule and its message. */
function validateMessage({ rule, message = "" }: ValidationRule, path: string, errors: FieldErrors): void {
  const messagePath = child(path, "message");
  const trimmed = message.trim();
  if (rule.trim() === "") errors.required(child(path, "rule"), "rule is not specified");
  else if (message !== "" && trimmed === "") errors.invalid(messagePath, message, "must be non-empty if specified");
  else if (LINE_BREAK.test(trimmed)) errors.invalid(messagePath, message, "must not contain line breaks");
  else if (LINE_BREAK.test(rule.trim()) && trimmed === "") {
    errors.required(messagePath, "message must be specified if rule contains line breaks");
  }
}
