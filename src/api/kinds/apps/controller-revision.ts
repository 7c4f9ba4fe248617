import type { Kind } from "../../kind.ts";
import { controllerrevisions } from "../../resources.ts";
import type { ControllerRevision } from "../../types/apps-v1.ts";
import { nameColumn, ageColumn, text } from "../columns.ts";
import { defineKind } from "../define-kind.ts";

export const controllerRevision: Kind<ControllerRevision> = defineKind<ControllerRevision>({
  type: controllerrevisions,
  columns: [nameColumn, text("Controller", controllerText), text("Revision", ({ revision }) => revision), ageColumn],
});

/** `daemonset.apps/web`. */
function controllerText({ metadata }: ControllerRevision): string {
  const controller = metadata.ownerReferences?.find((owner) => owner.controller);
  if (!controller) return "<none>";
  const [group] = controller.apiVersion.includes("/") ? controller.apiVersion.split("/") : [];
  return `${controller.kind}${group ? `.${group}` : ""}`.toLowerCase() + `/${controller.name}`;
}
