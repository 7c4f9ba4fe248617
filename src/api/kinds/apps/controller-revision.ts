import type { Kind } from "../../kind.ts";
import { controllerrevisions } from "../../resources.ts";
import type { ControllerRevision } from "../../types/apps-v1.ts";
import { defineKind } from "../define-kind.ts";

export const controllerRevision: Kind<ControllerRevision> = defineKind<ControllerRevision>({
  type: controllerrevisions,
});
