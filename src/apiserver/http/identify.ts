import { authenticate } from "../auth/authentication.ts";
import type { Authenticator } from "../auth/authenticator.ts";
import type { Authorizer } from "../auth/authorizer.ts";
import type { CertificateSubjects } from "../auth/client-certificate.ts";
import { impersonatedUser } from "../auth/impersonation.ts";
import type { UserInfo } from "../auth/user-info.ts";
import { tlsSocketOf, type HttpRequest } from "./http-request.ts";

export type Identify = (request: HttpRequest) => Promise<UserInfo>;

/** Finds out in whose name a request is made. Throws Unauthorized for credentials that are wrong. */
export function identification(
  authenticators: readonly Authenticator[],
  authorizer: Authorizer,
  subjects: CertificateSubjects,
): Identify {
  return async (request) => {
    const { headers, rawHeaders } = request;
    const clientCertificate = subjects.of(tlsSocketOf(request));
    const sender = await authenticate(authenticators, { headers, rawHeaders, clientCertificate });
    return impersonatedUser(sender, headers, authorizer);
  };
}
