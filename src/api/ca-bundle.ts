import { X509Certificate } from "node:crypto";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/** Whether a caBundle of an object (PEM in base64) has certificates in it, and nothing that is none. */
export function isCaBundle(caBundle: string): boolean {
  const certificates = Buffer.from(caBundle, "base64").toString().match(CERTIFICATE) ?? [];
  return certificates.length > 0 && certificates.every(isCertificate);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}
