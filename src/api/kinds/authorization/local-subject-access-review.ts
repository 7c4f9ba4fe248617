import type { Kind } from "../../kind.ts";
import { localsubjectaccessreviews } from "../../resources.ts";
import type { LocalSubjectAccessReview } from "../../types/authorization-v1.ts";
import { defineKind } from "../define-kind.ts";

export const localSubjectAccessReview: Kind<LocalSubjectAccessReview> = defineKind<LocalSubjectAccessReview>({
  type: localsubjectaccessreviews,
  verbs: ["create"],
});
