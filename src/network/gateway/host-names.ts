/** A star in Gateway API stands for one label or several, never for none. */
export function hostRank(pattern: string | undefined, host: string): number {
  if (pattern === undefined || pattern === "") return 0;
  if (pattern === host) return 1000;
  return pattern.startsWith("*.") && host.endsWith(pattern.slice(1)) && host.length > pattern.length - 1
    ? pattern.length
    : -1;
}

/** The hosts that both mean: those of the route where the listener takes them, and its own where the route says nothing. */
export function commonHosts(listener: string | undefined, hosts: readonly string[]): readonly (string | undefined)[] {
  if (hosts.length === 0) return [listener];
  if (listener === undefined || listener === "") return hosts;
  return hosts.flatMap((host) => {
    if (hostRank(listener, host) >= 0) return [host];
    return hostRank(host, listener) >= 0 ? [listener] : [];
  });
}
