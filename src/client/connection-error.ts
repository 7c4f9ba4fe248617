/** No answer came: nobody listens, the name is unknown, or the certificate cannot be trusted. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  /** Host and port that were tried. */
  readonly host: string;
  readonly isRefused: boolean;

  constructor(message: string, { host, isRefused, cause }: { host: string; isRefused: boolean; cause: unknown }) {
    super(message, { cause });
    this.host = host;
    this.isRefused = isRefused;
  }
}

/** Bun's codes and what client-go says of the same, which users of kubectl know. */
const REASONS: Readonly<Record<string, string>> = {
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "tls: failed to verify certificate: x509: certificate signed by unknown authority",
  UNABLE_TO_GET_ISSUER_CERT: "tls: failed to verify certificate: x509: certificate signed by unknown authority",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "tls: failed to verify certificate: x509: certificate signed by unknown authority",
  SELF_SIGNED_CERT_IN_CHAIN: "tls: failed to verify certificate: x509: certificate signed by unknown authority",
  DEPTH_ZERO_SELF_SIGNED_CERT: "tls: failed to verify certificate: x509: certificate signed by unknown authority",
  CERT_SIGNATURE_FAILURE: "tls: failed to verify certificate: x509: certificate signed by unknown authority",
  CERT_HAS_EXPIRED: "tls: failed to verify certificate: x509: certificate has expired or is not yet valid",
  ConnectionClosed: "EOF",
  ECONNRESET: "EOF",
};

/** What `fetch` threw, in words; anything that is not about the connection stays as it is. */
export function connectionError(error: unknown, method: string, url: string): unknown {
  if (!(error instanceof Error)) return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const { host, hostname } = new URL(url);
  const request = `${method[0]}${method.slice(1).toLowerCase()} ${JSON.stringify(url)}`;
  const make = (message: string, isRefused = false): ConnectionError =>
    new ConnectionError(message, { host, isRefused, cause: error });
  if (error.name === "TimeoutError")
    return make(`${request}: context deadline exceeded (Client.Timeout exceeded while awaiting headers)`);
  if (code === "ConnectionRefused" || code === "ECONNREFUSED") return make("connection refused", true);
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
    return make(`tls: failed to verify certificate: x509: certificate is not valid for ${hostname}`);
  const reason = REASONS[code];
  if (reason !== undefined) return make(reason);
  if (code === "FailedToOpenSocket" || code === "ENOTFOUND") return make(`dial tcp: lookup ${hostname}: no such host`);
  return code === "" && error.name !== "TypeError" ? error : make(error.message);
}
