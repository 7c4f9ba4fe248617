const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connect: connection refused",
  EHOSTUNREACH: "connect: no route to host",
  ENETUNREACH: "connect: network is unreachable",
  ETIMEDOUT: "i/o timeout",
  ECONNRESET: "read: connection reset by peer",
};

/** A failed connection in Go's words, as events of probes have always shown it. */
export function dialErrorText(error: unknown, host: string, port: number): string | undefined {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const words = WORDS[code];
  return words === undefined ? undefined : `dial tcp ${host}:${port}: ${words}`;
}
