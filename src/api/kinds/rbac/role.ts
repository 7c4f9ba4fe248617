import type { Kind } from "../../kind.ts";
import { roles } from "../../resources.ts";
import type { Role } from "../../types/rbac-v1.ts";
import { defineKind } from "../define-kind.ts";
import { validateRules } from "./rbac-validation.ts";

export const role: Kind<Role> = defineKind<Role>({
  type: roles,
  strategy: {
    validate: ({ rules }, errors) => validateRules(rules, { isNamespaced: true }, errors),
    nameFormat: "path-segment",
    allowsCreateOnUpdate: true,
  },
});
