import type { Kind } from "../../kind.ts";
import { componentstatuses } from "../../resources.ts";
import type { ComponentStatus } from "../../types/core-v1.ts";
import { defineKind } from "../define-kind.ts";

export const componentStatus: Kind<ComponentStatus> = defineKind<ComponentStatus>({
  type: componentstatuses,
  shortNames: ["cs"],
  verbs: ["get", "list"],
});
