import type { Kind } from "../../kind.ts";
import { rolebindings } from "../../resources.ts";
import type { RoleBinding } from "../../types/rbac-v1.ts";
import { defineKind } from "../define-kind.ts";

export const roleBinding: Kind<RoleBinding> = defineKind<RoleBinding>({
  type: rolebindings,
  strategy: {
    nameFormat: "path-segment",
    allowsCreateOnUpdate: true,
  },
});
