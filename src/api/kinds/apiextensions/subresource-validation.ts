import { child, type FieldErrors } from "../../field-errors.ts";
import type { CustomResourceSubresources } from "../../types/apiextensions-v1.ts";
import { validateSimplePath } from "./column-validation.ts";

export function validateSubresources(
  subresources: CustomResourceSubresources | undefined,
  path: string,
  errors: FieldErrors,
): void {
  const scale = subresources?.scale;
  if (!scale) return;
  const spec = child(path, "scale.specReplicasPath");
  validateReplicasPath(scale.specReplicasPath, ".spec.", "should be a json path under .spec", spec, errors);
  const status = child(path, "scale.statusReplicasPath");
  validateReplicasPath(scale.statusReplicasPath, ".status.", "should be a json path under .status", status, errors);
  const { labelSelectorPath } = scale;
  const selector = child(path, "scale.labelSelectorPath");
  if (!labelSelectorPath || !validateSimplePath(labelSelectorPath, selector, errors)) return;
  if (labelSelectorPath.startsWith(".spec.") || labelSelectorPath.startsWith(".status.")) return;
  errors.invalid(selector, labelSelectorPath, "should be a json path under either .spec or .status");
}

function validateReplicasPath(text: string, start: string, detail: string, path: string, errors: FieldErrors): void {
  if (!text) errors.required(path, "");
  else if (validateSimplePath(text, path, errors) && !text.startsWith(start)) errors.invalid(path, text, detail);
}
