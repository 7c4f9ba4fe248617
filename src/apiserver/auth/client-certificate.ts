import { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";

import type { Authenticator, CertificateSubject } from "./authenticator.ts";

/** A certificate signed by the cluster's CA names its user in CN and the user's groups in O. */
export const clientCertificateAuthenticator: Authenticator = {
  authenticate({ clientCertificate }) {
    if (clientCertificate?.authority !== "clients" || clientCertificate.commonName === "") return undefined;
    return { name: clientCertificate.commonName, groups: clientCertificate.organizations };
  },
};

/** Remembers the subject of each connection: reading it is slow, and it never changes. */
export class CertificateSubjects {
  readonly #bySocket = new WeakMap<TLSSocket, { readonly subject: CertificateSubject | undefined }>();
  readonly #frontProxy: X509Certificate | undefined;

  /** `frontProxyCa` is PEM: its certificates name nobody, but those who may name others. */
  constructor(frontProxyCa: string | undefined) {
    this.#frontProxy = frontProxyCa === undefined ? undefined : new X509Certificate(frontProxyCa);
  }

  of(socket: TLSSocket): CertificateSubject | undefined {
    let known = this.#bySocket.get(socket);
    if (!known) {
      known = { subject: this.#verifiedSubject(socket) };
      this.#bySocket.set(socket, known);
    }
    return known.subject;
  }

  /** An untrusted certificate shows its subject as well, so `authorized` decides. */
  #verifiedSubject(socket: TLSSocket): CertificateSubject | undefined {
    if (!socket.authorized) return undefined;
    // Without a certificate the platform answers with nothing or with an empty object, whatever its types say.
    const certificate: unknown = socket.getPeerCertificate(true);
    if (!hasSubject(certificate)) return undefined;
    const { CN, O } = certificate.subject;
    return {
      commonName: [CN ?? ""].flat()[0] ?? "",
      organizations: O === undefined ? [] : [O].flat(),
      authority: this.#isOfFrontProxy(certificate) ? "front-proxy" : "clients",
    };
  }

  /** By any certificate of the chain: both authorities are trusted by TLS, but not for the same. */
  #isOfFrontProxy(certificate: PeerCertificate): boolean {
    const authority = this.#frontProxy;
    if (!authority) return false;
    const seen = new Set<PeerCertificate>();
    for (
      let each: PeerCertificate | undefined = certificate;
      each?.raw && !seen.has(each);
      each = each.issuerCertificate
    ) {
      seen.add(each);
      const parsed = new X509Certificate(each.raw);
      if (parsed.checkIssued(authority) && parsed.verify(authority.publicKey)) return true;
    }
    return false;
  }
}

interface PeerCertificate {
  readonly raw?: Buffer;
  readonly issuerCertificate?: PeerCertificate;
}

type Named = PeerCertificate & {
  readonly subject: { readonly CN?: string | string[]; readonly O?: string | string[] };
};

const hasSubject = (certificate: unknown): certificate is Named =>
  typeof certificate === "object" &&
  certificate !== null &&
  "subject" in certificate &&
  typeof certificate.subject === "object" &&
  certificate.subject !== null;
