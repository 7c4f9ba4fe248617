import type { Kind } from "../../kind.ts";
import { subjectaccessreviews } from "../../resources.ts";
import type { SubjectAccessReview } from "../../types/authorization-v1.ts";
import { defineKind } from "../define-kind.ts";

export const subjectAccessReview: Kind<SubjectAccessReview> = defineKind<SubjectAccessReview>({
  type: subjectaccessreviews,
  verbs: ["create"],
});
