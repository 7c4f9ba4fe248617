import { authenticate } from "../auth/authentication.ts";
import type { Authenticator } from "../auth/authenticator.ts";
import { CertificateSubjects } from "../auth/client-certificate.ts";
import type { UserInfo } from "../auth/user-info.ts";
import { tlsSocketOf, type HttpRequest } from "./http-request.ts";

export type Identify = (request: HttpRequest) => Promise<UserInfo>;

/** Finds out who sends a request. Throws Unauthorized for credentials that are wrong. */
export function identification(authenticators: readonly Authenticator[]): Identify {
  const subjects = new CertificateSubjects();
  return (request) =>
    authenticate(authenticators, { headers: request.headers, clientCertificate: subjects.of(tlsSocketOf(request)) });
}
