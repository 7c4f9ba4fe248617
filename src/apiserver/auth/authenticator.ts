import type { IncomingHttpHeaders } from "node:http";

import type { UserInfo } from "./user-info.ts";

/** What a request over the network offers to prove who sends it. */
export interface Credentials {
  readonly headers: IncomingHttpHeaders;
  /** The subject of the client's certificate, if the connection's TLS verified it against our CA; undefined otherwise. */
  readonly clientCertificate: CertificateSubject | undefined;
}

export interface CertificateSubject {
  readonly commonName: string;
  readonly organizations: readonly string[];
}

/** `undefined`: these credentials are not mine, ask the next one. `"rejected"`: they are mine, and they are wrong. */
export type AuthenticationResult = UserInfo | "rejected" | undefined;

export interface Authenticator {
  authenticate(credentials: Credentials): AuthenticationResult | Promise<AuthenticationResult>;
}

/** The token of an `Authorization: Bearer` header. */
export function bearerToken(headers: IncomingHttpHeaders): string | undefined {
  const match = /^bearer +(\S+) *$/i.exec(headers.authorization ?? "");
  return match?.[1];
}
