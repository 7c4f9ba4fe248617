import { readFile, writeFile } from "node:fs/promises";

import type { Logger } from "../lib/logger.ts";
import type { Clock } from "../lib/time/clock.ts";
import { openTrafficRules } from "../network/open-traffic-rules.ts";
import { type Execute, executeDirectly } from "../network/services/netfilter-command.ts";
import type { TrafficRules } from "../network/traffic-rules.ts";
import { openClusterNetwork, openDockerRuntime } from "../node/runtime/docker/docker-runtime.ts";
import { freezeContainers, thawContainers } from "../node/runtime/docker/freeze.ts";
import { startHostCommand } from "../node/runtime/docker/host-command.ts";
import { bridgeName } from "../node/runtime/docker/network.ts";
import { removeNodeContainers } from "../node/runtime/docker/remove-cluster.ts";
import { openFakeRuntime } from "../node/runtime/fake-runtime.ts";
import type { ContainerRuntime } from "../node/runtime/runtime.ts";
import { type ClusterAddresses, nodeAddress } from "./config/cluster-addresses.ts";
import type { ClusterConfig } from "./config/config.ts";
import type { DataDirectory } from "./config/data-directory.ts";
import type { NodeConfig } from "./config/node-config.ts";
import { addNodeAddress, type NodeAddress, presentAddress } from "./nodes/node-address.ts";

/** What the machine gives to a cluster: something that runs containers, and the kernel's tables. */
export interface Platform extends AsyncDisposable {
  /** What runs the containers of one node, which owns it. */
  openRuntime(node: string): Promise<ContainerRuntime>;
  /** Removes what is left of the containers of a node that is gone for good. */
  removeNode(node: string): Promise<void>;
  /** With the refusals in place; undefined where pods only pretend to run. */
  readonly trafficRules: TrafficRules | undefined;
  /** The address of a node that runs: its own where this machine can be given more of them. */
  openAddress(node: NodeConfig): Promise<NodeAddress>;
  /** Stops every container of the cluster where it is, until it is let go on. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** Addresses of this host on which pods may call it. */
  readonly podFacingAddresses: readonly string[];
}

export interface PlatformOptions {
  readonly directory: DataDirectory;
  readonly config: ClusterConfig;
  readonly addresses: ClusterAddresses;
  readonly clock: Clock;
  readonly log: Logger;
}

export async function openPlatform(options: PlatformOptions): Promise<Platform> {
  return options.config.runtime === "docker" ? await dockerPlatform(options) : fakePlatform(options);
}

async function dockerPlatform({ directory, config, addresses, clock, log }: PlatformOptions): Promise<Platform> {
  await using starting = new AsyncDisposableStack();
  const execute = await executor(starting, config.name, clock, log);
  const trafficRules = await openTrafficRules({
    wish: config.proxyMode,
    cluster: config.name,
    podRange: config.podRange,
    serviceRange: config.serviceRange,
    bridge: bridgeName(config.name),
    seesBridgedPackets: await seeBridgedPackets(),
    execute,
    log: log.named("network"),
  });
  const network = { name: `kube-${config.name}`, subnet: config.podRange, gateway: addresses.host };
  // Before anything can ask for an address of the ranges: see nftables.ts.
  await trafficRules.install();
  starting.defer(async () => await trafficRules.remove());
  // Frozen are those of a server that was killed while its cluster was paused.
  await Promise.all([openClusterNetwork(config.name, network, clock), thawContainers(config.name, clock)]);
  // Docker's own rules for a network that it has just made may stand before ours.
  await trafficRules.repair();
  const running = starting.move();
  return {
    openRuntime: async (node) =>
      await openDockerRuntime({
        cluster: config.name,
        node,
        network,
        dataDirectory: directory.root,
        clock,
        log: log.named("docker"),
      }),
    removeNode: async (node) => await removeNodeContainers({ cluster: config.name, node }, clock),
    trafficRules,
    openAddress: async ({ index }) =>
      await addNodeAddress(bridgeName(config.name), nodeAddress(addresses, index), {
        bridgeAddress: addresses.host,
        execute,
        log,
      }),
    freeze: async () => await freezeContainers(config.name, clock),
    thaw: async () => await thawContainers(config.name, clock),
    podFacingAddresses: [addresses.host],
    [Symbol.asyncDispose]: async () => await running.disposeAsync(),
  };
}

/** As root directly; else in a container that Docker gives the right to. */
async function executor(starting: AsyncDisposableStack, cluster: string, clock: Clock, log: Logger): Promise<Execute> {
  if (process.getuid?.() === 0) return executeDirectly;
  const host = starting.use(await startHostCommand({ cluster, clock, log: log.named("host-command") }));
  return async (command, input) => await host.run(command, input);
}

function fakePlatform({ addresses, clock, log }: PlatformOptions): Platform {
  return {
    openRuntime: async () => await Promise.resolve(openFakeRuntime({ clock, log: log.named("fake") })),
    // Its containers ended with its runtime.
    removeNode: async () => await Promise.resolve(),
    trafficRules: undefined,
    openAddress: async () => await Promise.resolve(presentAddress(addresses.host)),
    // What only pretends to run uses nothing.
    freeze: async () => await Promise.resolve(),
    thaw: async () => await Promise.resolve(),
    podFacingAddresses: [],
    async [Symbol.asyncDispose]() {
      await Promise.resolve();
    },
  };
}

const BRIDGE_SWITCH = "/proc/sys/net/bridge/bridge-nf-call-iptables";

/**
 * Makes packets between two pods on the bridge pass netfilter, where the kernel can: then a pod sees who calls it through a Service.
 * Says whether they do.
 */
async function seeBridgedPackets(): Promise<boolean> {
  try {
    if ((await readFile(BRIDGE_SWITCH, "utf8")).trim() !== "1") await writeFile(BRIDGE_SWITCH, "1");
    return true;
  } catch {
    // Without the kernel's br_netfilter there is no such file; the table then hides pods behind the host.
    return false;
  }
}
