import { authenticate } from "../auth/authentication.ts";
import type { Authenticator } from "../auth/authenticator.ts";
import type { Authorizer } from "../auth/authorizer.ts";
import { CertificateSubjects } from "../auth/client-certificate.ts";
import { impersonatedUser } from "../auth/impersonation.ts";
import type { UserInfo } from "../auth/user-info.ts";
import { tlsSocketOf, type HttpRequest } from "./http-request.ts";

export type Identify = (request: HttpRequest) => Promise<UserInfo>;

/** Finds out in whose name a request is made. Throws Unauthorized for credentials that are wrong. */
export function identification(authenticators: readonly Authenticator[], authorizer: Authorizer): Identify {
  const subjects = new CertificateSubjects();
  return async (request) => {
    const { headers } = request;
    const clientCertificate = subjects.of(tlsSocketOf(request));
    const sender = await authenticate(authenticators, { headers, clientCertificate });
    return impersonatedUser(sender, headers, authorizer);
  };
}
