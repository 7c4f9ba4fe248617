import { commandReview } from "../admission/command-review.ts";
import type { ApiRequest } from "../api-request.ts";
import { decodeAs } from "../decode.ts";
import { writeRequest } from "../objects/write-request.ts";
import type { ServerContext } from "../server-context.ts";

/** The review in a request, once it is admitted and checked; `T` is what the definition of its kind says. */
export async function admittedReview<T>(
  { admission }: ServerContext,
  request: ApiRequest,
  check: (review: T) => void,
): Promise<T> {
  const { type, definition } = request.resource.kind;
  const write = writeRequest(request, "CreateOptions");
  const body = decodeAs(request.body, type, definition, write);
  const asked = commandReview(write, body);
  await admission.admit(asked);
  const review = body as T;
  check(review);
  await admission.validate(asked);
  return review;
}
