import * as packet from "dns-packet";

import { hostResolvers, upstreamOf } from "../../network/dns/upstream.ts";

/** What this machine's names are found by; pods ask the same resolvers for names outside the cluster. */
export interface ResolverReport {
  readonly resolvers: readonly { readonly ip: string; readonly answers: boolean }[];
  /** What programs of this machine find for a name below localhost, as `*.localhost` of an Ingress is. */
  readonly localhostAddresses: readonly string[];
}

export async function resolverReport(): Promise<ResolverReport> {
  const resolvers = await hostResolvers(new Set());
  const upstream = upstreamOf();
  const [answers, localhostAddresses] = await Promise.all([
    // Any answer will do, a refusal too: somebody is there.
    Promise.all(resolvers.map(async (each) => (await upstream.ask(rootQuery(), "udp", [each])) !== undefined)),
    addressesOf("kube-doctor.localhost"),
  ]);
  return {
    resolvers: resolvers.map(({ ip }, index) => ({ ip, answers: answers[index] ?? false })),
    localhostAddresses,
  };
}

const rootQuery = (): Buffer =>
  packet.encode({
    type: "query",
    id: crypto.getRandomValues(new Uint16Array(1))[0] ?? 0,
    flags: packet.RECURSION_DESIRED,
    questions: [{ type: "NS", name: "." }],
  });

/** By the system's own library, which is what other programs use. */
async function addressesOf(name: string): Promise<readonly string[]> {
  try {
    return (await Bun.dns.lookup(name, { backend: "libc" })).map(({ address }) => address);
  } catch {
    // Not found, by whatever way it was looked for.
    return [];
  }
}
