import { errorText, type Logger } from "../../lib/logger.ts";
import type { ConnectionTracking, UdpFlow } from "./connection-tracking.ts";
import type { DataPath, Routes } from "./service-proxy.ts";
import { allEndpoints } from "./service-routes.ts";

/** The UDP ways into a cluster, with the pods that may answer. */
export interface UdpEntries {
  /** `10.96.0.20 53` -> addresses of pods. */
  readonly byAddress: ReadonlyMap<string, ReadonlySet<string>>;
  /** Node ports, on any address. */
  readonly byNodePort: ReadonlyMap<number, ReadonlySet<string>>;
}

export function udpEntries({ services, hostPorts }: Routes): UdpEntries {
  const byAddress = new Map<string, ReadonlySet<string>>();
  const byNodePort = new Map<number, ReadonlySet<string>>();
  for (const route of services) {
    if (route.protocol !== "UDP") continue;
    const ips = new Set(allEndpoints(route).map(({ ip }) => ip));
    for (const address of [...route.clusterIps, ...route.externalIps, ...(route.loadBalancer?.ips ?? [])]) {
      byAddress.set(`${address} ${route.port}`, ips);
    }
    if (route.nodePort !== undefined) byNodePort.set(route.nodePort, ips);
  }
  for (const { protocol, addresses, hostPort, isAnywhere, target } of hostPorts) {
    if (protocol !== "UDP") continue;
    for (const address of addresses) byAddress.set(`${address} ${hostPort}`, new Set([target.ip]));
    if (isAnywhere) byNodePort.set(hostPort, new Set([target.ip]));
  }
  return { byAddress, byNodePort };
}

/**
 * Whether a flow goes where none would go now: the kernel keeps sending a conversation to the pod it once chose, as long as the client talks,
 * even when that pod is gone (pkg/proxy/conntrack).
 */
export function isStale({ originalDestination, originalPort, replySource }: UdpFlow, entries: UdpEntries): boolean {
  const serving =
    entries.byAddress.get(`${originalDestination} ${originalPort}`) ?? entries.byNodePort.get(originalPort);
  return serving !== undefined && serving.size > 0 && !serving.has(replySource);
}

/** Looks after each update, when a pod went or the first one came. */
export class StaleUdpFlows implements DataPath {
  readonly name = "UDP flows";
  readonly #tracking: ConnectionTracking;
  readonly #log: Logger;
  #last = new Map<string, ReadonlySet<string>>();

  constructor(tracking: ConnectionTracking, log: Logger) {
    this.#tracking = tracking;
    this.#log = log;
  }

  async apply(routes: Routes): Promise<void> {
    const entries = udpEntries(routes);
    const current = new Map<string, ReadonlySet<string>>([
      ...entries.byAddress,
      ...[...entries.byNodePort].map(([port, ips]) => [String(port), ips] as const),
    ]);
    const isNeeded = [...current].some(([key, ips]) => {
      const before = this.#last.get(key) ?? new Set();
      return (before.size === 0 && ips.size > 0) || [...before].some((ip) => !ips.has(ip));
    });
    this.#last = current;
    if (!isNeeded) return;
    try {
      this.#tracking.forgetUdp((flow) => isStale(flow, entries));
    } catch (error) {
      this.#log.warn(`Clients of UDP Services may talk to pods that are gone: ${errorText(error)}`);
    }
    await Promise.resolve();
  }
}
