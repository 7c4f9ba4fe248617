import type { SelfSubjectReview } from "../../api/types/authentication-v1.ts";
import { timestamp } from "../../lib/time/clock.ts";
import { plain, type ApiAnswer, type ApiRequest } from "../api-request.ts";
import type { Handlers } from "../handlers.ts";
import type { ServerContext } from "../server-context.ts";
import { admittedReview } from "./admitted-review.ts";
import { reviewedUser } from "./token-review.ts";

/** Who am I? */
export const selfSubjectReview: Handlers = { create: reviewSelf };

async function reviewSelf(context: ServerContext, request: ApiRequest): Promise<ApiAnswer> {
  await admittedReview<SelfSubjectReview>(context, request, () => undefined);
  const review: SelfSubjectReview = {
    kind: "SelfSubjectReview",
    apiVersion: "authentication.k8s.io/v1",
    metadata: { creationTimestamp: timestamp(context.clock.now()) },
    status: { userInfo: reviewedUser(request.user) },
  };
  return plain(review, 201);
}
