import { dirname, join } from "node:path";

import type { ApiServer } from "../apiserver/server.ts";
import { type Client, createClient } from "../client/client.ts";
import type { InformerFactory } from "../client/informer-factory.ts";
import type { Clock } from "../lib/clock.ts";
import type { Logger } from "../lib/logger.ts";
import { type NodeAgent, startNodeAgent } from "../node/node-agent.ts";
import { type ClusterAddresses, nodePodRange } from "./cluster-addresses.ts";
import type { ClusterConfig } from "./config.ts";
import type { DataDirectory } from "./data-directory.ts";
import type { Platform } from "./platform.ts";

export interface NodesOptions {
  readonly directory: DataDirectory;
  readonly config: ClusterConfig;
  readonly addresses: ClusterAddresses;
  readonly platform: Platform;
  readonly apiServer: ApiServer;
  readonly informers: InformerFactory;
  /** Where the agents that run are found by the names of their nodes. */
  readonly agents: Map<string, NodeAgent>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Starts an agent for each node; resolves when all of them are Ready. */
export async function startNodes(options: NodesOptions): Promise<AsyncDisposable> {
  const { directory, config, addresses, platform, informers, agents, clock, log } = options;
  await using starting = new AsyncDisposableStack();
  for (const [index, [nodeName, runtime]] of [...platform.runtimes].entries()) {
    const agent = await startNodeAgent({
      client: nodeClient(options.apiServer, nodeName),
      informers,
      runtime,
      nodeName,
      nodeIp: platform.nodeAddresses[index] ?? addresses.host,
      podCidr: nodePodRange(addresses, index),
      dataDirectory: join(directory.pods, nodeName),
      logsDirectory: dirname(directory.log),
      clusterDns: addresses.dnsService,
      clusterDomain: config.clusterDomain,
      clock,
      log,
    });
    agents.set(nodeName, starting.use(agent));
  }
  await Promise.all([...agents.values()].map(async (agent) => await agent.registered));
  starting.defer(() => agents.clear());
  return starting.move();
}

/** An agent as the API server sees it. */
function nodeClient(apiServer: ApiServer, node: string): Client {
  return createClient(
    apiServer.transport({ name: `system:node:${node}`, groups: ["system:nodes", "system:authenticated"] }, "kubelet"),
  );
}
