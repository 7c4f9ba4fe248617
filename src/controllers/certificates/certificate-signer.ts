/** What the certificate controllers need of whoever has the key of the cluster's authority. */
export interface CertificateSigner {
  /** What a PEM request asks for. Throws for what is no request, or is not signed by the key it names. */
  read(requestPem: string): Promise<RequestedCertificate>;
  /** The certificate as PEM. */
  sign(request: SigningRequest): Promise<string>;
  /** When a PEM certificate runs out, in milliseconds. */
  expiryOf(certificatePem: string): Promise<number>;
}

export interface RequestedCertificate {
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly emailAddresses: readonly string[];
  readonly uris: readonly string[];
}

export interface SigningRequest {
  readonly requestPem: string;
  readonly usages: readonly string[];
  readonly notBefore: number;
  readonly notAfter: number;
}
