import type { Kind } from "../../kind.ts";
import { roles } from "../../resources.ts";
import type { Role } from "../../types/rbac-v1.ts";
import { defineKind } from "../define-kind.ts";

export const role: Kind<Role> = defineKind<Role>({
  type: roles,
  strategy: {
    nameFormat: "path-segment",
    allowsCreateOnUpdate: true,
  },
});
