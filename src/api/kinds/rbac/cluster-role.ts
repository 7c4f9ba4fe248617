import type { Kind } from "../../kind.ts";
import { clusterroles } from "../../resources.ts";
import type { ClusterRole } from "../../types/rbac-v1.ts";
import { defineKind } from "../define-kind.ts";
import { validateAggregation, validateRules } from "./rbac-validation.ts";

export const clusterRole: Kind<ClusterRole> = defineKind<ClusterRole>({
  type: clusterroles,
  strategy: {
    validate({ rules, aggregationRule }, errors) {
      validateRules(rules, { isNamespaced: false }, errors);
      validateAggregation(aggregationRule, errors);
    },
    nameFormat: "path-segment",
    allowsCreateOnUpdate: true,
  },
});
