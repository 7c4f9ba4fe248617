import { apiError } from "../../api/api-error.ts";
import type { Authenticator, Credentials } from "./authenticator.ts";
import { ANONYMOUS, authenticated, type UserInfo } from "./user-info.ts";

/** Asks the authenticators in turn who sends a request. Nobody's credentials make it anonymous, wrong ones are refused. */
export async function authenticate(
  authenticators: readonly Authenticator[],
  credentials: Credentials,
): Promise<UserInfo> {
  let isRejected = false;
  for (const authenticator of authenticators) {
    const result = authenticator.authenticate(credentials);
    const user = result instanceof Promise ? await result : result;
    if (user === "rejected") isRejected = true;
    else if (user) return authenticated(user);
  }
  // A token that nobody knows is an attempt that failed, not a visitor.
  if (isRejected || credentials.headers.authorization) throw unauthorized();
  return ANONYMOUS;
}

const unauthorized = (): Error => apiError("Unauthorized", "Unauthorized");
