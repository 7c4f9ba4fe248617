// The X.509 library finds its algorithms through decorators, which need this loaded before it.
// oxlint-disable-next-line import/no-unassigned-import -- imported for what it does
import "reflect-metadata";
import * as x509 from "@peculiar/x509";

import type { RequestedCertificate, SigningRequest } from "../../controllers/certificates/certificate-signer.ts";

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
  const signingKey = await signingKeyOf(authority);
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

const signingKeyOf = (authority: KeyAndCertificate): Promise<CryptoKey> =>
  crypto.subtle.importKey("pkcs8", x509.PemConverter.decodeFirst(authority.key), P256, false, ["sign"]);

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

/** Throws for what is no request, or is not signed by the key it names. */
export async function readRequest(requestPem: string): Promise<RequestedCertificate> {
  const request = new x509.Pkcs10CertificateRequest(requestPem);
  if (!(await request.verify())) throw new Error("The signature of the certificate request does not fit its key");
  const names = alternativeNamesOf(request)?.names.items ?? [];
  const ofType = (type: string): string[] => names.filter((name) => name.type === type).map(({ value }) => value);
  return {
    commonName: request.subjectName.getField("CN")[0] ?? "",
    organizations: request.subjectName.getField("O"),
    dnsNames: ofType("dns"),
    ipAddresses: ofType("ip"),
    emailAddresses: ofType("email"),
    uris: ofType("url"),
  };
}

export async function signRequest(authority: KeyAndCertificate, wanted: SigningRequest): Promise<string> {
  const request = new x509.Pkcs10CertificateRequest(wanted.requestPem);
  const issuer = new x509.X509Certificate(authority.certificate);
  const notAfter = new Date(Math.min(wanted.notAfter, issuer.notAfter.getTime()));
  if (notAfter.getTime() <= wanted.notBefore)
    throw new Error(`The signer has expired: NotAfter=${notAfter.toISOString()}`);
  const alternativeNames = alternativeNamesOf(request);
  const purposes = wanted.usages.flatMap((usage) => PURPOSES[usage] ?? []);
  const usages = keyUsages(wanted.usages);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: request.subjectName,
    issuer: issuer.subjectName,
    notBefore: new Date(wanted.notBefore),
    notAfter,
    publicKey: request.publicKey,
    signingKey: await signingKeyOf(authority),
    signingAlgorithm: SIGNATURE,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      // An empty set of usages is no valid extension.
      ...(usages === 0 ? [] : [keyUsagesExtension(usages)]),
      ...(purposes.length > 0 ? [new x509.ExtendedKeyUsageExtension(purposes)] : []),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      ...(alternativeNames ? [alternativeNames] : []),
    ],
  });
  return `${certificate.toString("pem")}\n`;
}

function alternativeNamesOf({ extensions }: x509.Pkcs10CertificateRequest) {
  return extensions.find((each) => each instanceof x509.SubjectAlternativeNameExtension);
}

export const expiryOf = (certificatePem: string): number => new x509.X509Certificate(certificatePem).notAfter.getTime();

const { KeyUsageFlags } = x509;

/** The names that the API has for them. */
const KEY_USAGES: Readonly<Record<string, number>> = {
  signing: KeyUsageFlags.digitalSignature,
  "digital signature": KeyUsageFlags.digitalSignature,
  "content commitment": KeyUsageFlags.nonRepudiation,
  "key encipherment": KeyUsageFlags.keyEncipherment,
  "key agreement": KeyUsageFlags.keyAgreement,
  "data encipherment": KeyUsageFlags.dataEncipherment,
  "cert sign": KeyUsageFlags.keyCertSign,
  "crl sign": KeyUsageFlags.cRLSign,
  "encipher only": KeyUsageFlags.encipherOnly,
  "decipher only": KeyUsageFlags.decipherOnly,
};

const PURPOSES: Readonly<Record<string, string>> = {
  any: "2.5.29.37.0",
  "server auth": x509.ExtendedKeyUsage.serverAuth,
  "client auth": x509.ExtendedKeyUsage.clientAuth,
  "code signing": x509.ExtendedKeyUsage.codeSigning,
  "email protection": x509.ExtendedKeyUsage.emailProtection,
  "s/mime": x509.ExtendedKeyUsage.emailProtection,
  "ipsec end system": "1.3.6.1.5.5.7.3.5",
  "ipsec tunnel": "1.3.6.1.5.5.7.3.6",
  "ipsec user": "1.3.6.1.5.5.7.3.7",
  timestamping: x509.ExtendedKeyUsage.timeStamping,
  "ocsp signing": x509.ExtendedKeyUsage.ocspSigning,
  "microsoft sgc": "1.3.6.1.4.1.311.10.3.3",
  "netscape sgc": "2.16.840.1.113730.4.1",
};

function keyUsagesExtension(usages: number): x509.KeyUsagesExtension {
  // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- the library's type for one flag is also that of a set
  return new x509.KeyUsagesExtension(usages, true);
}

function keyUsages(usages: readonly string[]): number {
  // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- one flag more is a number
  return usages.reduce((flags, usage) => flags | (KEY_USAGES[usage] ?? 0), 0);
}
