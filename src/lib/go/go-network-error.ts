/** Failures of a connection in the words of Go's HTTP client, as users of Kubernetes know them. */
export function goNetworkError(reason: string): string {
  const refused = /connect ECONNREFUSED ([^\s]+)/.exec(reason)?.[1];
  if (refused !== undefined) return `dial tcp ${refused}: connect: connection refused`;
  const unknownHost = /ENOTFOUND ([^\s]+)/.exec(reason)?.[1];
  if (unknownHost !== undefined) return `dial tcp: lookup ${unknownHost}: no such host`;
  if (/self.signed certificate|unable to (?:verify|get)|UNABLE_TO/i.test(reason)) {
    return "tls: failed to verify certificate: x509: certificate signed by unknown authority";
  }
  if (/certificate has expired/i.test(reason)) {
    return "tls: failed to verify certificate: x509: certificate has expired or is not yet valid";
  }
  const names = /Hostname\/IP does not match certificate's altnames: (.*)/i.exec(reason)?.[1];
  if (names !== undefined) return `tls: failed to verify certificate: x509: ${names}`;
  return reason;
}
