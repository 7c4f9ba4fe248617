import type { Kind } from "../../kind.ts";
import { selfsubjectreviews } from "../../resources.ts";
import type { SelfSubjectReview } from "../../types/authentication-v1.ts";
import { defineKind } from "../define-kind.ts";

export const selfSubjectReview: Kind<SelfSubjectReview> = defineKind<SelfSubjectReview>({
  type: selfsubjectreviews,
  verbs: ["create"],
});
