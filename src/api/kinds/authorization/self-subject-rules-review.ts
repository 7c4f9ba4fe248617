import type { Kind } from "../../kind.ts";
import { selfsubjectrulesreviews } from "../../resources.ts";
import type { SelfSubjectRulesReview } from "../../types/authorization-v1.ts";
import { defineKind } from "../define-kind.ts";

export const selfSubjectRulesReview: Kind<SelfSubjectRulesReview> = defineKind<SelfSubjectRulesReview>({
  type: selfsubjectrulesreviews,
  verbs: ["create"],
});
