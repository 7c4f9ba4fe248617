import type { InformerFactory } from "../client/informer-factory.ts";
import type { Clock } from "../lib/clock.ts";
import type { Logger } from "../lib/logger.ts";
import { type DnsServer, startDnsServer } from "./dns/dns-server.ts";
import { dnsView } from "./dns/dns-view.ts";
import { hostResolvers, upstreamOf } from "./dns/upstream.ts";
import { LocalhostPorts } from "./services/localhost-ports.ts";
import type { NftablesTable } from "./services/nftables.ts";
import { rulesetOf } from "./services/ruleset.ts";
import { type DataPath, ServiceProxy } from "./services/service-proxy.ts";
import { TableKeeper } from "./services/table-keeper.ts";

/** The network of a cluster: Services reach their pods, and names are answered. */
export interface Network extends AsyncDisposable {
  readonly dns: DnsServer;
}

export interface NetworkOptions {
  readonly informers: InformerFactory;
  /** Already installed, so that the ranges were refused before anything could ask for them; undefined where pods have no network. */
  readonly table: NftablesTable | undefined;
  /** Of this host, reachable from pods. */
  readonly dnsAddress: string;
  readonly clusterDomain: string;
  /** Addresses of this cluster's own DNS: never asked as upstream. */
  readonly ownDnsAddresses: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
}

export async function startNetwork(options: NetworkOptions): Promise<Network> {
  const { informers, table, clock, log } = options;
  const localhostPorts = new LocalhostPorts(log);
  const kernel: DataPath | undefined = table && {
    name: "nftables",
    apply: async (routes) => await table.apply(rulesetOf(routes)),
  };
  const view = dnsView(informers, options.clusterDomain);
  const upstream = upstreamOf(await hostResolvers(new Set([options.dnsAddress, ...options.ownDnsAddresses])));
  const dns = await startDnsServer({ address: options.dnsAddress, port: 0, view, upstream, log: log.named("dns") });
  const proxy = new ServiceProxy({
    informers,
    dataPaths: kernel ? [kernel, localhostPorts] : [localhostPorts],
    clock,
    log,
  });
  const keeper = table && new TableKeeper({ table, clock, log });
  return {
    dns,
    async [Symbol.asyncDispose]() {
      await Promise.all([proxy[Symbol.asyncDispose](), keeper?.[Symbol.asyncDispose]()]);
      await Promise.all([localhostPorts[Symbol.asyncDispose](), dns[Symbol.asyncDispose](), table?.remove()]);
    },
  };
}
