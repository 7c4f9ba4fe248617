import type { Pod } from "../../api/types/core-v1.ts";

export interface ResolvConf {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

/** Limits of resolvers that the kubelet keeps (pkg/apis/core/validation). */
const MOST_SERVERS = 3;
const MOST_SEARCHES = 32;
const LONGEST_SEARCH_LINE = 2048;

export interface ClusterDns {
  readonly servers: readonly string[];
  readonly domain: string;
}

/** How a pod resolves names, by its dnsPolicy and dnsConfig (pkg/kubelet/network/dns). */
export function podResolvConf({ metadata, spec }: Readonly<Pod>, host: ResolvConf, cluster: ClusterDns): ResolvConf {
  const base = baseConf(dnsSource(spec), metadata.namespace ?? "", host, cluster);
  const { nameservers = [], searches = [], options = [] } = spec?.dnsConfig ?? {};
  const added = options.map(({ name = "", value }) => (value ? `${name}:${value}` : name));
  return withinLimits({
    servers: [...new Set([...base.servers, ...nameservers])],
    searches: [...new Set([...base.searches, ...searches])],
    options: lastOfEachName([...base.options, ...added]),
  });
}

function dnsSource(spec: Pod["spec"]): "cluster" | "host" | "none" {
  switch (spec?.dnsPolicy ?? "ClusterFirst") {
    case "None":
      return "none";
    case "Default":
      return "host";
    case "ClusterFirstWithHostNet":
      return "cluster";
    default:
      return spec?.hostNetwork ? "host" : "cluster";
  }
}

function baseConf(
  source: "cluster" | "host" | "none",
  namespace: string,
  host: ResolvConf,
  cluster: ClusterDns,
): ResolvConf {
  if (source === "none") return { servers: [], searches: [], options: [] };
  if (source === "host" || cluster.servers.length === 0) return host;
  const { domain } = cluster;
  const searches = [`${namespace}.svc.${domain}`, `svc.${domain}`, domain, ...host.searches];
  return { servers: cluster.servers, searches: [...new Set(searches)], options: ["ndots:5"] };
}

function withinLimits({ servers, searches, options }: ResolvConf): ResolvConf {
  const kept = searches.slice(0, MOST_SEARCHES).filter((search) => search.length <= 253);
  while (kept.join(" ").length > LONGEST_SEARCH_LINE) kept.pop();
  return { servers: servers.slice(0, MOST_SERVERS), searches: kept, options };
}

function lastOfEachName(options: readonly string[]): string[] {
  return [...new Map(options.map((option) => [option.split(":")[0] ?? option, option])).values()];
}

export function parseResolvConf(text: string): ResolvConf {
  const conf = { servers: [] as string[], searches: [] as string[], options: [] as string[] };
  for (const line of text.split("\n")) {
    const [keyword, ...values] = line.trim().split(/\s+/);
    if (keyword === "nameserver" && values[0] !== undefined) conf.servers.push(values[0]);
    // Of several search lines the last one counts.
    if (keyword === "search") conf.searches = values.filter((v) => v !== ".").map((v) => v.replace(/\.$/, ""));
    if (keyword === "options") conf.options = lastOfEachName([...conf.options, ...values]);
  }
  return conf;
}

export function resolvConfText({ servers, searches, options }: ResolvConf): string {
  return [
    ...(searches.length > 0 ? [`search ${searches.join(" ")}\n`] : []),
    ...servers.map((server) => `nameserver ${server}\n`),
    ...(options.length > 0 ? [`options ${options.join(" ")}\n`] : []),
  ].join("");
}
