import { createSecureContext, type SecureContext } from "node:tls";

import { createAuthority, signLeaf } from "../cluster/certificates/certificate-authority.ts";

/** A certificate for `host` of an authority that nobody knows. */
export async function testCertificate(
  host: string,
): Promise<{ readonly key: string; readonly certificate: string; readonly context: SecureContext }> {
  const validity = { notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(Date.now() + 3_600_000) };
  const authority = await createAuthority("test", validity);
  const pair = await signLeaf(authority, {
    commonName: host,
    organizations: [],
    usage: "server",
    hosts: [host],
    ...validity,
  });
  return { ...pair, context: createSecureContext({ key: pair.key, cert: pair.certificate }) };
}
