import { createHash } from "node:crypto";

import { cidrText, parseCidr, subnetAt } from "../../../lib/cidr.ts";
import { UserError } from "../../../lib/user-error.ts";
import { isRuntimeError } from "../runtime-error.ts";
import type { DockerConnection } from "./connection.ts";
import { statusCode } from "./engine-error.ts";
import { LABEL } from "./labels.ts";

/** The bridge that the pods of one cluster share. */
export interface ClusterNetwork {
  readonly name: string;
  /** `10.244.0.0/16`: the range of all pods. */
  readonly subnet: string;
  /** The host's address on the bridge: never a pod's. */
  readonly gateway: string;
}

/**
 * Creates the network when it is missing, and otherwise checks that it is the wanted one. Addresses are the agent's to give:
 * whatever joins this network without asking for one (a `docker run --network` of the user's) gets it from the range's last
 * addresses, which nodes are given last.
 */
export async function ensureNetwork(
  connection: DockerConnection,
  cluster: string,
  network: ClusterNetwork,
): Promise<void> {
  const existing = await findNetwork(connection, network.name);
  if (existing) return checkNetwork(existing, cluster, network);
  try {
    await connection.call("Creating the cluster network", (abortSignal) =>
      connection.docker.createNetwork({
        Name: network.name,
        Driver: "bridge",
        CheckDuplicate: true,
        IPAM: {
          Driver: "default",
          Config: [{ Subnet: network.subnet, Gateway: network.gateway, IPRange: lastAddresses(network.subnet) }],
        },
        Options: {
          "com.docker.network.bridge.name": bridgeName(cluster),
          "com.docker.network.bridge.enable_ip_masquerade": "true",
        },
        Labels: { [LABEL.cluster]: cluster },
        abortSignal,
      }),
    );
  } catch (error) {
    const created = statusCode(error) === 409 ? await findNetwork(connection, network.name) : undefined;
    if (created) return checkNetwork(created, cluster, network);
    if (isRuntimeError(error) && error.message.includes("overlaps")) {
      throw new UserError(`Cannot create network "${network.name}": ${network.subnet} is taken by another network`, {
        hint: "List them with: docker network ls",
        cause: error,
      });
    }
    throw error;
  }
}

/** At most 15 characters, the kernel's limit for a device. */
export function bridgeName(cluster: string): string {
  return `kube-${createHash("sha256").update(cluster).digest("hex").slice(0, 8)}`;
}

/** The last sixteenth of `subnet`, at most 256 addresses; all of it when that would be fewer than sixteen. */
function lastAddresses(subnet: string): string {
  const cidr = parseCidr(subnet);
  if (!cidr) throw new UserError(`Pod range "${subnet}" is not an IPv4 range such as 10.244.0.0/16`);
  const prefixLength = Math.max(cidr.prefixLength + 4, 24);
  const last =
    prefixLength > 28 ? undefined : subnetAt(cidr, prefixLength, 2 ** (prefixLength - cidr.prefixLength) - 1);
  return cidrText(last ?? cidr);
}

interface NetworkFacts {
  readonly labels: Readonly<Record<string, string>>;
  readonly driver: string;
  readonly subnets: readonly string[];
}

async function findNetwork(connection: DockerConnection, name: string): Promise<NetworkFacts | undefined> {
  try {
    const found = await connection.call("Inspecting the cluster network", () =>
      connection.docker.getNetwork(name).inspect(),
    );
    const subnets = (found.IPAM?.Config ?? []).map((config) => config["Subnet"] ?? "");
    return { labels: found.Labels ?? {}, driver: found.Driver, subnets };
  } catch (error) {
    if (isRuntimeError(error, "NotFound")) return undefined;
    throw error;
  }
}

function checkNetwork(found: NetworkFacts, cluster: string, wanted: ClusterNetwork): void {
  const hint = `Remove it with: docker network rm ${wanted.name}`;
  if (found.labels[LABEL.cluster] !== cluster) {
    throw new UserError(`Docker network "${wanted.name}" exists and is not this cluster's`, { hint });
  }
  if (found.driver !== "bridge" || !found.subnets.includes(wanted.subnet)) {
    const has = found.subnets.join(", ") || "no range";
    throw new UserError(`Docker network "${wanted.name}" has ${has}, and pods need ${wanted.subnet}`, { hint });
  }
}
