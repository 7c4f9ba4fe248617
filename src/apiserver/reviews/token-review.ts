import { badRequest } from "../../api/api-error.ts";
import type { TokenReview, TokenReviewStatus, UserInfo as ReviewedUser } from "../../api/types/authentication-v1.ts";
import { plain, type ApiAnswer, type ApiRequest } from "../api-request.ts";
import { authenticated, type UserInfo } from "../auth/user-info.ts";
import type { Handlers } from "../handlers.ts";
import type { ServerContext } from "../server-context.ts";
import { admittedReview } from "./admitted-review.ts";

/** Whose token is this? Asked by servers that are called with tokens of the cluster. */
export const tokenReview: Handlers = { create: reviewToken };

async function reviewToken(context: ServerContext, request: ApiRequest): Promise<ApiAnswer> {
  const review = await admittedReview<TokenReview>(context, request, ({ spec }) => {
    if (!spec.token) throw badRequest("token is required for TokenReview in authentication");
  });
  const { token, audiences } = review.spec;
  return plain({ ...review, status: await statusOf(context, token, audiences) }, 201);
}

async function statusOf(
  { tokens }: ServerContext,
  token: string,
  wanted: readonly string[] = [],
): Promise<TokenReviewStatus> {
  const verified = await tokens.verify(token);
  if (!verified) return { user: {}, error: "[invalid bearer token]" };
  const audiences = (wanted.length > 0 ? wanted : [tokens.issuer]).filter((each) => verified.audiences.includes(each));
  if (audiences.length === 0) return { user: {}, error: "[invalid bearer token, token audiences are invalid]" };
  return { authenticated: true, user: reviewedUser(authenticated(verified.user)), audiences };
}

export const reviewedUser = ({ name, uid, groups, extra }: UserInfo): ReviewedUser => ({
  username: name,
  ...(uid ? { uid } : {}),
  groups: [...groups],
  ...(extra ? { extra: Object.fromEntries(Object.entries(extra).map(([key, values]) => [key, [...values]])) } : {}),
});
