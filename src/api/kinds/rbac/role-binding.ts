import type { Kind } from "../../kind.ts";
import { rolebindings } from "../../resources.ts";
import type { RoleBinding } from "../../types/rbac-v1.ts";
import { defineKind } from "../define-kind.ts";
import { bindingColumns } from "./binding-columns.ts";
import { bindingDefaults } from "./binding-defaults.ts";

export const roleBinding: Kind<RoleBinding> = defineKind<RoleBinding>({
  type: rolebindings,
  columns: bindingColumns,
  defaults: bindingDefaults,
  strategy: {
    nameFormat: "path-segment",
    allowsCreateOnUpdate: true,
  },
});
