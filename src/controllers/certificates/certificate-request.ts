import type { CertificateSigningRequest } from "../../api/types/certificates-v1.ts";

/** The request as it was sent: the API carries bytes as base64. */
export const requestPem = ({ spec }: CertificateSigningRequest): string =>
  Buffer.from(spec.request, "base64").toString();

export const isDecided = ({ status }: CertificateSigningRequest): boolean =>
  status?.conditions?.some(({ type }) => type === "Approved" || type === "Denied") ?? false;
