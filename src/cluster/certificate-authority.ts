// The X.509 library finds its algorithms through decorators, which need this loaded before it.
// oxlint-disable-next-line import/no-unassigned-import -- imported for what it does
import "reflect-metadata";
import * as x509 from "@peculiar/x509";

/** Makes certificates. Loaded only when one has to be made: an ordinary start reads files. */

/** Both PEM. */
export interface KeyAndCertificate {
  readonly key: string;
  readonly certificate: string;
}

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export interface LeafSubject extends Validity {
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly usage: "server" | "client";
  readonly hosts: readonly string[];
}

const P256 = { name: "ECDSA", namedCurve: "P-256" } as const;
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" } as const;

export async function createAuthority(name: string, validity: Validity): Promise<KeyAndCertificate> {
  const keys = await crypto.subtle.generateKey(P256, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [`${name}-ca`] }],
    ...validity,
    keys,
    signingAlgorithm: SIGNATURE,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign | x509.KeyUsageFlags.digitalSignature,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { key: await privateKeyPem(keys.privateKey), certificate: `${certificate.toString("pem")}\n` };
}

export async function signLeaf(authority: KeyAndCertificate, subject: LeafSubject): Promise<KeyAndCertificate> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const signingKey = await crypto.subtle.importKey("pkcs8", x509.PemConverter.decodeFirst(authority.key), P256, false, [
    "sign",
  ]);
  const keys = await crypto.subtle.generateKey(P256, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [...subject.organizations.map((organization) => ({ O: [organization] })), { CN: [subject.commonName] }],
    issuer: issuer.subject,
    notBefore: subject.notBefore,
    notAfter: subject.notAfter,
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: SIGNATURE,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([
        subject.usage === "server" ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth,
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      ...(subject.hosts.length > 0
        ? [new x509.SubjectAlternativeNameExtension(subject.hosts.map(alternativeName))]
        : []),
    ],
  });
  return { key: await privateKeyPem(keys.privateKey), certificate: `${certificate.toString("pem")}\n` };
}

/** RSA, because some clients that check service account tokens know nothing else. PEM, PKCS #8. */
export async function createSigningKey(): Promise<string> {
  const keys = await crypto.subtle.generateKey(
    { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
    true,
    ["sign", "verify"],
  );
  return await privateKeyPem(keys.privateKey);
}

function alternativeName(host: string): { type: "ip" | "dns"; value: string } {
  return { type: /^[\d.]+$|:/.test(host) ? "ip" : "dns", value: host };
}

async function privateKeyPem(key: CryptoKey): Promise<string> {
  return `${x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY")}\n`;
}

/** Positive, as X.509 wants it: the first bit is clear. */
function serialNumber(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return Buffer.from(bytes).toString("hex");
}
