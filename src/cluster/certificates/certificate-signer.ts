import { createPrivateKey } from "node:crypto";

import type { CertificateSigner } from "../../controllers/certificates/certificate-signer.ts";
import type { SignClaims } from "../../controllers/service-account-tokens.ts";
import { jwtKey, signJwt } from "../../lib/jwt.ts";
import type { KeyAndCertificate } from "./certificate-authority.ts";

/** Signs with the cluster's authority. The library for certificates is loaded when the first request comes. */
export function certificateSigner(authority: KeyAndCertificate): CertificateSigner {
  const library = () => import("./certificate-authority.ts");
  return {
    read: async (requestPem) => (await library()).readRequest(requestPem),
    sign: async (request) => await (await library()).signRequest(authority, request),
    expiryOf: async (certificatePem) => (await library()).expiryOf(certificatePem),
  };
}

/** Signs tokens with a key that is PEM. */
export function tokenSigner(keyPem: string): SignClaims {
  const key = jwtKey(createPrivateKey(keyPem));
  return (claims) => signJwt(claims, key);
}
