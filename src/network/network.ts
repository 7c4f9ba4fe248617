import type { Client } from "../client/client.ts";
import type { InformerFactory } from "../client/informer-factory.ts";
import type { Logger } from "../lib/logger.ts";
import type { Clock } from "../lib/time/clock.ts";
import { type Resolver, stubResolvers } from "./dns/dns-config.ts";
import { type DnsServer, startDnsServer } from "./dns/dns-server.ts";
import { dnsView } from "./dns/dns-view.ts";
import { followDnsConfig } from "./dns/follow-dns-config.ts";
import { hostResolvers, upstreamOf } from "./dns/upstream.ts";
import { LoadBalancers } from "./load-balancers/load-balancers.ts";
import { PolicyEnforcer } from "./policies/policy-enforcer.ts";
import type { HostServedPod } from "./policies/policy-selection.ts";
import { connectionTracking } from "./services/connection-tracking.ts";
import { HealthCheckPorts } from "./services/health-check-ports.ts";
import { LocalhostPorts } from "./services/localhost-ports.ts";
import { RulesKeeper } from "./services/rules-keeper.ts";
import { type DataPath, ServiceProxy } from "./services/service-proxy.ts";
import { StaleUdpFlows } from "./services/stale-udp-flows.ts";
import type { TrafficRules } from "./traffic-rules.ts";

/** The network of a cluster: Services reach their pods, and names are answered. */
export interface Network extends AsyncDisposable {
  readonly dns: DnsServer;
}

export interface NetworkOptions {
  readonly cluster: string;
  readonly client: Client;
  readonly informers: InformerFactory;
  /** Already installed, so that the ranges were refused before anything could ask for them; undefined where pods have no network. */
  readonly rules: TrafficRules | undefined;
  /** Of this host, reachable from pods. */
  readonly dnsAddress: string;
  readonly clusterDomain: string;
  /** Addresses of this cluster's own DNS: never asked as upstream. */
  readonly ownDnsAddresses: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
}

export async function startNetwork(options: NetworkOptions): Promise<Network> {
  const { informers, rules, clock, log } = options;
  await using starting = new AsyncDisposableStack();
  if (rules) starting.defer(async () => await rules.remove());
  const dns = starting.use(await startDns(starting, options));
  const dataPaths: DataPath[] = [
    starting.use(new LoadBalancers({ ...options, log: log.named("load-balancers") })),
    starting.use(new LocalhostPorts(log)),
    starting.use(new HealthCheckPorts(log)),
  ];
  if (rules) {
    dataPaths.push(rulesPath(rules, rules.mode === "userspace" ? undefined : staleFlows(log)));
    if (rules.applyPolicies) {
      const enforce = rules.applyPolicies;
      starting.use(
        new PolicyEnforcer({ informers, enforce, hostServed: [dnsPod(options.dnsAddress, dns)], clock, log }),
      );
    } else {
      log.warn(`NetworkPolicies are not enforced: the proxy mode ${rules.mode} cannot`);
    }
    starting.use(new RulesKeeper({ rules, clock, log }));
  }
  starting.use(new ServiceProxy({ informers, dataPaths, clock, log }));
  const running = starting.move();
  return { dns, [Symbol.asyncDispose]: async () => await running.disposeAsync() };
}

async function startDns(starting: AsyncDisposableStack, options: NetworkOptions): Promise<DnsServer> {
  const { informers, dnsAddress } = options;
  const log = options.log.named("dns");
  const own = new Set([dnsAddress, ...options.ownDnsAddresses]);
  const config = starting.use(followDnsConfig(informers, log));
  const ofThisMachine = await hostResolvers(own);
  const isOther = ({ ip }: Resolver): boolean => !own.has(ip);
  return await startDnsServer({
    address: dnsAddress,
    port: 0,
    names: {
      view: dnsView(informers, options.clusterDomain),
      upstream: upstreamOf(),
      hosts: (name) => config.current.hosts.get(name) ?? (HOST_NAMES.has(name) ? [dnsAddress] : undefined),
      resolvers(name) {
        const { upstreams } = config.current;
        const chosen = stubResolvers(config.current, name) ?? (upstreams.length > 0 ? upstreams : ofThisMachine);
        return chosen.filter(isOther);
      },
    },
    log,
  });
}

/** By which pods find this machine. */
const HOST_NAMES: ReadonlySet<string> = new Set(["host.kube.internal", "host.docker.internal"]);

function rulesPath(rules: TrafficRules, stale: StaleUdpFlows | undefined): DataPath {
  return {
    name: rules.mode,
    async apply(routes) {
      await rules.applyRoutes(routes);
      // Only then: a flow that is forgotten is sent on anew with its next packet.
      await stale?.apply(routes);
    },
  };
}

function staleFlows(log: Logger): StaleUdpFlows | undefined {
  const tracking = connectionTracking();
  return tracking && new StaleUdpFlows(tracking, log);
}

/** Policies that let pods ask DNS name it by the labels it has everywhere. */
function dnsPod(ip: string, { udpPort, tcpPort }: DnsServer): HostServedPod {
  return {
    namespace: "kube-system",
    labels: { "k8s-app": "kube-dns" },
    ip,
    ports: [
      { name: "dns", protocol: "UDP", port: 53, listensOn: udpPort },
      { name: "dns-tcp", protocol: "TCP", port: 53, listensOn: tcpPort },
    ],
  };
}
