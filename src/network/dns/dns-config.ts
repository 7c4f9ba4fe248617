import type { ConfigMap } from "../../api/types/core-v1.ts";
import { parseIpv4 } from "../../lib/cidr.ts";

/** What users ask of cluster DNS, in the ConfigMap `kube-system/kube-dns` and in the form that Kubernetes' DNS has long had there. */
export interface DnsConfig {
  /** Asked instead of this machine's resolvers; empty: those. */
  readonly upstreams: readonly Resolver[];
  /** Domain -> who is asked for it and all below it. */
  readonly stubDomains: ReadonlyMap<string, readonly Resolver[]>;
  /** Name -> addresses. */
  readonly hosts: ReadonlyMap<string, readonly string[]>;
}

export interface Resolver {
  readonly ip: string;
  readonly port: number;
}

export const DNS_CONFIG_MAP = "kube-dns";
export const emptyDnsConfig: DnsConfig = { upstreams: [], stubDomains: new Map(), hosts: new Map() };

/** What can be read counts; `problems` says what cannot. */
export function dnsConfigOf(map: ConfigMap | undefined): {
  readonly config: DnsConfig;
  readonly problems: readonly string[];
} {
  const problems: string[] = [];
  const { upstreamNameservers, stubDomains, hosts = "" } = map?.data ?? {};
  return {
    config: {
      upstreams: resolversOf(
        "upstreamNameservers",
        parsed("upstreamNameservers", upstreamNameservers, problems),
        problems,
      ),
      stubDomains: stubDomainsOf(parsed("stubDomains", stubDomains, problems), problems),
      hosts: hostsOf(hosts, problems),
    },
    problems,
  };
}

function parsed(key: string, text: string | undefined, problems: string[]): unknown {
  if (text === undefined || text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    problems.push(`${key} is not JSON`);
    return undefined;
  }
}

function stubDomainsOf(value: unknown, problems: string[]): ReadonlyMap<string, readonly Resolver[]> {
  if (value === undefined) return new Map();
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    problems.push('stubDomains must be an object such as {"corp.example": ["10.0.0.53"]}');
    return new Map();
  }
  return new Map(
    Object.entries(value).map(([domain, servers]) => [
      domain.toLowerCase().replace(/\.$/, ""),
      resolversOf(`stubDomains.${domain}`, servers, problems),
    ]),
  );
}

function resolversOf(key: string, value: unknown, problems: string[]): readonly Resolver[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    problems.push(`${key} must be a list such as ["10.0.0.53"]`);
    return [];
  }
  return value.flatMap((each: unknown) => {
    const resolver = typeof each === "string" ? resolverOf(each) : undefined;
    if (!resolver)
      problems.push(`${key}: ${JSON.stringify(each)} is not an address such as 10.0.0.53 or 10.0.0.53:5353`);
    return resolver ? [resolver] : [];
  });
}

const DNS_PORT = 53;

function resolverOf(text: string): Resolver | undefined {
  const match = /^(\d+\.\d+\.\d+\.\d+)(?::(\d{1,5}))?$/.exec(text);
  const port = Number(match?.[2] ?? DNS_PORT);
  if (!match?.[1] || parseIpv4(match[1]) === undefined || port < 1 || port > 65_535) return undefined;
  return { ip: match[1], port };
}

/** As /etc/hosts has them. */
function hostsOf(text: string, problems: string[]): ReadonlyMap<string, readonly string[]> {
  const hosts = new Map<string, readonly string[]>();
  for (const line of text.split("\n")) {
    const [ip = "", ...names] = line.replace(/#.*$/, "").trim().split(/\s+/);
    if (ip === "") continue;
    if ((parseIpv4(ip) === undefined && !ip.includes(":")) || names.length === 0) {
      problems.push(`hosts: ${JSON.stringify(line.trim())} is not an address and names`);
      continue;
    }
    for (const name of names) {
      const key = name.toLowerCase().replace(/\.$/, "");
      hosts.set(key, [...(hosts.get(key) ?? []), ip]);
    }
  }
  return hosts;
}

/** The resolvers for a name: those of the longest domain it lies in; undefined: nobody in particular. */
export function stubResolvers({ stubDomains }: DnsConfig, name: string): readonly Resolver[] | undefined {
  let best: string | undefined;
  for (const domain of stubDomains.keys()) {
    const isIn = name === domain || name.endsWith(`.${domain}`);
    if (isIn && domain.length > (best?.length ?? -1)) best = domain;
  }
  return best === undefined ? undefined : stubDomains.get(best);
}
