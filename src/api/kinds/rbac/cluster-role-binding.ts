import type { Kind } from "../../kind.ts";
import { clusterrolebindings } from "../../resources.ts";
import type { ClusterRoleBinding } from "../../types/rbac-v1.ts";
import { defineKind } from "../define-kind.ts";
import { bindingColumns } from "./binding-columns.ts";
import { bindingDefaults } from "./binding-defaults.ts";
import { validateBinding, validateBindingUpdate } from "./rbac-validation.ts";

export const clusterRoleBinding: Kind<ClusterRoleBinding> = defineKind<ClusterRoleBinding>({
  type: clusterrolebindings,
  columns: bindingColumns,
  defaults: bindingDefaults,
  strategy: {
    validate: (object, errors) => validateBinding(object, { isNamespaced: false }, errors),
    validateUpdate: validateBindingUpdate,
    nameFormat: "path-segment",
    allowsCreateOnUpdate: true,
  },
});
