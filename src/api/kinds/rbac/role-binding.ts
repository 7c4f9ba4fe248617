import type { Kind } from "../../kind.ts";
import { rolebindings } from "../../resources.ts";
import type { RoleBinding } from "../../types/rbac-v1.ts";
import { defineKind } from "../define-kind.ts";
import { bindingColumns } from "./binding-columns.ts";
import { bindingDefaults } from "./binding-defaults.ts";
import { validateBinding, validateBindingUpdate } from "./rbac-validation.ts";

export const roleBinding: Kind<RoleBinding> = defineKind<RoleBinding>({
  type: rolebindings,
  columns: bindingColumns,
  defaults: bindingDefaults,
  strategy: {
    validate: (object, errors) => validateBinding(object, { isNamespaced: true }, errors),
    validateUpdate: validateBindingUpdate,
    nameFormat: "path-segment",
    allowsCreateOnUpdate: true,
  },
});
