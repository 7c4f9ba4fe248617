import { readFile, writeFile } from "node:fs/promises";

import type { Clock } from "../lib/clock.ts";
import type { Logger } from "../lib/logger.ts";
import { type Execute, executeDirectly, nftCommand } from "../network/services/netfilter-command.ts";
import { type NftablesTable, nftablesTable } from "../network/services/nftables.ts";
import { openDockerRuntime } from "../node/runtime/docker/docker-runtime.ts";
import { startHostCommand } from "../node/runtime/docker/host-command.ts";
import { bridgeName } from "../node/runtime/docker/network.ts";
import { openFakeRuntime } from "../node/runtime/fake-runtime.ts";
import type { ContainerRuntime } from "../node/runtime/runtime.ts";
import { type ClusterAddresses, nodeAddress } from "./cluster-addresses.ts";
import type { ClusterConfig } from "./config.ts";
import type { DataDirectory } from "./data-directory.ts";
import { addNodeAddresses } from "./node-addresses.ts";
import { stopPods } from "./stop-pods.ts";

/** What the machine gives to a cluster: something that runs containers, and the kernel's tables. */
export interface Platform extends AsyncDisposable {
  /** By node name. */
  readonly runtimes: ReadonlyMap<string, ContainerRuntime>;
  /** With the refusals in place; undefined where pods only pretend to run. */
  readonly table: NftablesTable | undefined;
  /** In the order of the nodes. */
  readonly nodeAddresses: readonly string[];
  /** Addresses of this host on which pods may call it. */
  readonly podFacingAddresses: readonly string[];
  /** Ends what runs, as the shutdown of a machine would. */
  stopPods(): Promise<void>;
}

export interface PlatformOptions {
  readonly directory: DataDirectory;
  readonly config: ClusterConfig;
  readonly addresses: ClusterAddresses;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The first node is called as the cluster is, further ones with a number behind it. */
function nodeNames(config: ClusterConfig): readonly string[] {
  return Array.from({ length: config.nodes }, (_, index) =>
    index === 0 ? config.name : `${config.name}-${index + 1}`,
  );
}

export async function openPlatform(options: PlatformOptions): Promise<Platform> {
  return options.config.runtime === "docker" ? await dockerPlatform(options) : fakePlatform(options);
}

async function dockerPlatform({ directory, config, addresses, clock, log }: PlatformOptions): Promise<Platform> {
  await using starting = new AsyncDisposableStack();
  const execute = await executor(starting, config.name, clock, log);
  // Before anything can ask for an address of the ranges: see nftables.ts.
  const table = nftablesTable({
    cluster: config.name,
    podRange: config.podRange,
    serviceRange: config.serviceRange,
    bridge: bridgeName(config.name),
    seesBridgedPackets: await seeBridgedPackets(),
    command: await nftCommand(execute),
  });
  await table.install();
  starting.defer(async () => await table.remove());
  const runtimes = new Map<string, ContainerRuntime>();
  for (const node of nodeNames(config)) {
    const runtime = await openDockerRuntime({
      cluster: config.name,
      node,
      network: { name: `kube-${config.name}`, subnet: config.podRange, gateway: addresses.host },
      dataDirectory: directory.root,
      clock,
      log: log.named("docker"),
    });
    runtimes.set(node, starting.use(runtime));
  }
  const nodeAddresses = nodeNames(config).map((_, index) => nodeAddress(addresses, index));
  const onBridge = starting.use(await addNodeAddresses(bridgeName(config.name), nodeAddresses, execute, log));
  const running = starting.move();
  return {
    runtimes,
    table,
    nodeAddresses: onBridge.addresses,
    podFacingAddresses: [addresses.host],
    async stopPods() {
      await Promise.all([...runtimes.values()].map(async (runtime) => await stopPods(runtime)));
    },
    [Symbol.asyncDispose]: async () => await running.disposeAsync(),
  };
}

/** As root directly; else in a container that Docker gives the right to. */
async function executor(starting: AsyncDisposableStack, cluster: string, clock: Clock, log: Logger): Promise<Execute> {
  if (process.getuid?.() === 0) return executeDirectly;
  const host = starting.use(await startHostCommand({ cluster, clock, log: log.named("host-command") }));
  return async (command, input) => await host.run(command, input);
}

function fakePlatform({ config, addresses, clock, log }: PlatformOptions): Platform {
  const runtimes = new Map<string, ContainerRuntime>(
    nodeNames(config).map((node) => [node, openFakeRuntime({ clock, log: log.named("fake") })]),
  );
  return {
    runtimes,
    table: undefined,
    nodeAddresses: nodeNames(config).map(() => addresses.host),
    podFacingAddresses: [],
    // They end with the process.
    stopPods: async () => await Promise.resolve(),
    async [Symbol.asyncDispose]() {
      for (const runtime of runtimes.values()) await runtime[Symbol.asyncDispose]();
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
