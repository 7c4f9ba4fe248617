import { networkInterfaces } from "node:os";

import { addressAt, type Cidr, cidrText, parseCidr, subnetAt } from "../../lib/cidr.ts";
import { UserError } from "../../lib/user-error.ts";
import { apiServerServiceIp, dnsServiceIp } from "../bootstrap/bootstrap-objects.ts";
import type { ClusterConfig } from "./config.ts";

/** Every address a cluster uses, worked out of its configuration. */
export interface ClusterAddresses {
  readonly podRange: Cidr;
  readonly serviceRange: Cidr;
  readonly apiServerService: string;
  readonly dnsService: string;
  /** This host as pods see it: the API server and DNS listen there. */
  readonly host: string;
}

const NODE_PREFIX_LENGTH = 24;

export function clusterAddresses(config: ClusterConfig): ClusterAddresses {
  const podRange = range(config.podRange);
  const serviceRange = range(config.serviceRange);
  return {
    podRange,
    serviceRange,
    apiServerService: apiServerServiceIp(serviceRange),
    dnsService: dnsServiceIp(serviceRange),
    // Pods that only pretend to run have no bridge; what clients are told is then the host's own address.
    host: config.runtime === "docker" ? addressAt(podRange, 1) : hostAddress(),
  };
}

/** The share of the pod range that belongs to the node with this number, from 0. */
export function nodePodRange(addresses: ClusterAddresses, index: number): string {
  const share = subnetAt(addresses.podRange, NODE_PREFIX_LENGTH, index);
  if (!share) throw new UserError(`The pod range ${cidrText(addresses.podRange)} has no room for node ${index + 1}`);
  return cidrText(share);
}

/** The node's own address, with which the bridge answers for it; pods that only pretend to run need no bridge. */
export function nodeAddress({ host, podRange }: ClusterAddresses, index: number): string {
  const share = subnetAt(podRange, NODE_PREFIX_LENGTH, index);
  return index === 0 || !share || host !== addressAt(podRange, 1) ? host : addressAt(share, 1);
}

/** What the API server's certificate must name. */
export function serverNames(config: ClusterConfig, addresses: ClusterAddresses): readonly string[] {
  const domain = config.clusterDomain;
  return [
    "localhost",
    "127.0.0.1",
    "::1",
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    `kubernetes.default.svc.${domain}`,
    "host.docker.internal",
    addresses.apiServerService,
    addresses.host,
  ];
}

function range(text: string): Cidr {
  const cidr = parseCidr(text);
  if (!cidr) throw new UserError(`${JSON.stringify(text)} is not an IPv4 range such as 10.244.0.0/16`);
  return cidr;
}

/** The first address of this host that is not its loopback; without any network there is only that. */
function hostAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return addresses.find((each) => each.family === "IPv4" && !each.internal)?.address ?? "127.0.0.1";
}
