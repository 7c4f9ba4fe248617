import type { TLSSocket } from "node:tls";

import type { Authenticator, CertificateSubject } from "./authenticator.ts";

/** A certificate signed by the cluster's CA names its user in CN and the user's groups in O. */
export const clientCertificateAuthenticator: Authenticator = {
  authenticate({ clientCertificate }) {
    if (!clientCertificate || clientCertificate.commonName === "") return undefined;
    return { name: clientCertificate.commonName, groups: clientCertificate.organizations };
  },
};

/** The verified subject of a connection. An untrusted certificate shows its subject as well, so `authorized` decides. */
function verifiedSubject(socket: TLSSocket): CertificateSubject | undefined {
  if (!socket.authorized) return undefined;
  // Without a certificate the platform answers with nothing or with an empty object, whatever its types say.
  const subject: unknown = socket.getPeerCertificate()?.subject;
  if (typeof subject !== "object" || subject === null) return undefined;
  const { CN, O } = subject as { readonly CN?: string | string[]; readonly O?: string | string[] };
  return { commonName: [CN ?? ""].flat()[0] ?? "", organizations: O === undefined ? [] : [O].flat() };
}

/** Remembers the subject of each connection: reading it is slow, and it never changes. */
export class CertificateSubjects {
  readonly #bySocket = new WeakMap<TLSSocket, { readonly subject: CertificateSubject | undefined }>();

  of(socket: TLSSocket): CertificateSubject | undefined {
    let known = this.#bySocket.get(socket);
    if (!known) {
      known = { subject: verifiedSubject(socket) };
      this.#bySocket.set(socket, known);
    }
    return known.subject;
  }
}
