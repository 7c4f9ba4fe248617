import type { IncomingHttpHeaders } from "node:http";

import type { UserInfo } from "./user-info.ts";

/** What a request over the network offers to prove who sends it. */
export interface Credentials {
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn, as they came: repeated headers are not joined. */
  readonly rawHeaders: readonly string[];
  /** The subject of the client's certificate, if TLS verified it against an authority of ours; undefined otherwise. */
  readonly clientCertificate: CertificateSubject | undefined;
}

export interface CertificateSubject {
  readonly commonName: string;
  readonly organizations: readonly string[];
  /** Who may say who they are, or who may say it for others. */
  readonly authority: "clients" | "front-proxy";
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
