import type { Kind } from "../../kind.ts";
import { selfsubjectaccessreviews } from "../../resources.ts";
import type { SelfSubjectAccessReview } from "../../types/authorization-v1.ts";
import { defineKind } from "../define-kind.ts";

export const selfSubjectAccessReview: Kind<SelfSubjectAccessReview> = defineKind<SelfSubjectAccessReview>({
  type: selfsubjectaccessreviews,
  verbs: ["create"],
});
