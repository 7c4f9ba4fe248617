import type { Kind } from "../../kind.ts";
import { tokenreviews } from "../../resources.ts";
import type { TokenReview } from "../../types/authentication-v1.ts";
import { defineKind } from "../define-kind.ts";

export const tokenReview: Kind<TokenReview> = defineKind<TokenReview>({
  type: tokenreviews,
  verbs: ["create"],
});
