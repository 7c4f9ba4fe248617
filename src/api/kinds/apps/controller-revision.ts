import { checkImmutable, checkNotNegative } from "../../field-checks.ts";
import type { FieldErrors } from "../../field-errors.ts";
import type { Kind } from "../../kind.ts";
import { controllerrevisions } from "../../resources.ts";
import type { ControllerRevision } from "../../types/apps-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";

export const controllerRevision: Kind<ControllerRevision> = defineKind<ControllerRevision>({
  type: controllerrevisions,
  columns: [nameColumn, text("Controller", controllerText), text("Revision", ({ revision }) => revision), ageColumn],
  strategy: {
    validate: validateControllerRevision,
    validateUpdate: ({ data }, old, errors) => checkImmutable(data, old.data, "data", errors),
  },
});

/** `daemonset.apps/web`. */
function controllerText({ metadata }: ControllerRevision): string {
  const controller = metadata.ownerReferences?.find((owner) => owner.controller);
  if (!controller) return "<none>";
  const [group] = controller.apiVersion.includes("/") ? controller.apiVersion.split("/") : [];
  return `${controller.kind}${group ? `.${group}` : ""}`.toLowerCase() + `/${controller.name}`;
}

function validateControllerRevision(
  { revision, data }: ControllerRevision,
  errors: FieldErrors,
  old?: ControllerRevision,
): void {
  checkNotNegative(revision, "revision", errors);
  if (old) return;
  if (data === undefined || data === null) errors.required("data", "data is mandatory");
  else if (typeof data !== "object" || Array.isArray(data)) errors.required("data", "data must be a valid JSON object");
}
