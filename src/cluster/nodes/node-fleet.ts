import { dirname, join } from "node:path";

import { apiError, badRequest, notFound } from "../../api/api-error.ts";
import { nodes as nodeResource } from "../../api/resources.ts";
import type { NodePool, PoolNode } from "../../apiserver/node-pool.ts";
import type { ApiServer } from "../../apiserver/server.ts";
import { type Client, createClient } from "../../client/client.ts";
import type { InformerFactory } from "../../client/informer-factory.ts";
import type { Logger } from "../../lib/logger.ts";
import { Semaphore } from "../../lib/semaphore.ts";
import type { Clock } from "../../lib/time/clock.ts";
import { UserError } from "../../lib/user-error.ts";
import { type NodeAgent, startNodeAgent } from "../../node/node-agent.ts";
import type { ContainerRuntime } from "../../node/runtime/runtime.ts";
import { removeUnmounted } from "../../node/volumes/mount-points.ts";
import { type ClusterAddresses, nodePodRange } from "../config/cluster-addresses.ts";
import type { ConfigKeeper } from "../config/config-keeper.ts";
import type { DataDirectory } from "../config/data-directory.ts";
import { type NodeConfig, withMoreNodes } from "../config/node-config.ts";
import type { Platform } from "../platform.ts";
import { movePodsAway, removeNodeObjects } from "./leave-cluster.ts";
import { stopPods } from "./stop-pods.ts";

export interface NodeFleetOptions {
  readonly directory: DataDirectory;
  readonly config: ConfigKeeper;
  readonly addresses: ClusterAddresses;
  readonly platform: Platform;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A node that runs: what runs its containers, and who looks after them. Disposing it switches the node off. */
interface RunningNode extends AsyncDisposable {
  readonly runtime: ContainerRuntime;
  readonly address: string;
  /** Undefined while the cluster is paused. */
  agent: NodeAgent | undefined;
}

/** What the fleet needs of the control plane, which is there before the nodes are. */
export interface ControlPlane {
  readonly apiServer: ApiServer;
  /** Of the cluster's owner. */
  readonly client: Client;
  readonly informers: InformerFactory;
}

/** The nodes of the cluster, which come and go one at a time while it runs. The configuration says which there are after the next start. */
export class NodeFleet implements NodePool, AsyncDisposable {
  readonly #options: NodeFleetOptions;
  readonly #running = new Map<string, RunningNode>();
  readonly #turns = new Semaphore(1);
  #isPaused = false;
  #controlPlane: ControlPlane | undefined;

  constructor(options: NodeFleetOptions) {
    this.#options = options;
  }

  get #nodes(): readonly NodeConfig[] {
    return this.#options.config.current.nodes;
  }

  agent(node: string): NodeAgent | undefined {
    return this.#running.get(node)?.agent;
  }

  runtime(node: string): ContainerRuntime | undefined {
    return this.#running.get(node)?.runtime;
  }

  /** Resolves when all nodes but those that are switched off are Ready. */
  async startAll(controlPlane: ControlPlane): Promise<void> {
    this.#controlPlane = controlPlane;
    await Promise.all(this.#nodes.filter(({ isStopped }) => !isStopped).map((node) => this.#start(node)));
  }

  list(): readonly PoolNode[] {
    return this.#nodes.map(({ name, index }) => ({
      name,
      state: this.#running.has(name) ? "Running" : "Stopped",
      podRange: nodePodRange(this.#options.addresses, index),
    }));
  }

  add(count: number): Promise<readonly string[]> {
    return this.#turns.run(async () => {
      this.#checkAwake();
      const wanted = this.#withMore(count);
      const added = wanted.slice(this.#nodes.length);
      await Promise.all(added.map((node) => this.#start(node)));
      await this.#keep(wanted);
      return added.map(({ name }) => name);
    });
  }

  remove(name: string): Promise<void> {
    return this.#turns.run(async () => {
      this.#checkAwake();
      const node = this.#node(name);
      const { client } = this.#cluster();
      const { clock, platform, directory } = this.#options;
      await movePodsAway(client, name, { isRunning: this.#running.has(name), clock });
      await this.#stop(name);
      await platform.removeNode(name);
      await removeUnmounted(join(directory.pods, name));
      await removeNodeObjects(client, name);
      await this.#keep(this.#nodes.filter((other) => other !== node));
    });
  }

  stop(name: string): Promise<void> {
    return this.#turns.run(async () => {
      this.#checkAwake();
      const node = this.#node(name);
      if (node.isStopped) throw badRequest(`node ${JSON.stringify(name)} is stopped already`);
      await this.#stop(name);
      await this.#keep(this.#nodes.map((other) => (other === node ? { ...other, isStopped: true } : other)));
    });
  }

  start(name: string): Promise<void> {
    return this.#turns.run(async () => {
      this.#checkAwake();
      const node = this.#node(name);
      if (this.#running.has(name)) throw badRequest(`node ${JSON.stringify(name)} is running already`);
      const { isStopped: _isStopped, ...started } = node;
      await this.#start(started);
      await this.#keep(this.#nodes.map((other) => (other === node ? started : other)));
    });
  }

  /** From now on nobody looks after the nodes' pods; these go on as they are. */
  pause(): Promise<void> {
    return this.#turns.run(async () => {
      this.#isPaused = true;
      await Promise.all([...this.#running.values()].map((node) => dismissAgent(node)));
    });
  }

  resume(): Promise<void> {
    return this.#turns.run(async () => {
      await Promise.all(
        [...this.#running].map(async ([name, node]) => {
          node.agent = await this.#startAgent(this.#node(name), node);
        }),
      );
      this.#isPaused = false;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#turns.run(async () => {
      await Promise.all([...this.#running.keys()].map((name) => this.#stop(name)));
    });
  }

  #checkAwake(): void {
    if (this.#isPaused) throw badRequest("the cluster is paused: kube unpause lets it go on");
  }

  #withMore(count: number): readonly NodeConfig[] {
    try {
      const wanted = withMoreNodes(this.#options.config.current.name, this.#nodes, count);
      for (const { index } of wanted) nodePodRange(this.#options.addresses, index);
      return wanted;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      throw badRequest(error.message);
    }
  }

  async #start(node: NodeConfig): Promise<void> {
    const { name } = node;
    const { platform } = this.#options;
    await using starting = new AsyncDisposableStack();
    const runtime = starting.use(await platform.openRuntime(name));
    // When the agent is gone, the containers end as those of a machine that is switched off.
    starting.defer(() => stopPods(runtime));
    const { address } = starting.use(await platform.openAddress(node));
    const running: RunningNode = {
      runtime,
      address,
      agent: undefined,
      [Symbol.asyncDispose]: () => lasting.disposeAsync(),
    };
    starting.defer(() => dismissAgent(running));
    running.agent = await this.#startAgent(node, running);
    const lasting = starting.move();
    this.#running.set(name, running);
  }

  async #startAgent({ name, index }: NodeConfig, { runtime, address }: RunningNode): Promise<NodeAgent> {
    const { directory, config, addresses, clock, log } = this.#options;
    const { apiServer, informers } = this.#cluster();
    await using starting = new AsyncDisposableStack();
    const agent = starting.use(
      await startNodeAgent({
        client: nodeClient(apiServer, name),
        informers,
        runtime,
        nodeName: name,
        nodeIp: address,
        podCidr: nodePodRange(addresses, index),
        dataDirectory: join(directory.pods, name),
        staticPodPath: name === this.#nodes[0]?.name ? config.current.staticPodPath : undefined,
        logsDirectory: dirname(directory.log),
        clusterDns: addresses.dnsService,
        clusterDomain: config.current.clusterDomain,
        hostMounts: () => config.current.mounts,
        clock,
        log,
      }),
    );
    await agent.registered;
    starting.move();
    return agent;
  }

  async #stop(name: string): Promise<void> {
    const running = this.#running.get(name);
    this.#running.delete(name);
    await running?.[Symbol.asyncDispose]();
  }

  async #keep(nodes: readonly NodeConfig[]): Promise<void> {
    await this.#options.config.change({ nodes });
  }

  #node(name: string): NodeConfig {
    const found = this.#nodes.find((node) => node.name === name);
    if (!found) throw notFound(nodeResource, name);
    return found;
  }

  #cluster(): ControlPlane {
    if (!this.#controlPlane) throw apiError("ServiceUnavailable", "the cluster is still starting");
    return this.#controlPlane;
  }
}

async function dismissAgent(node: RunningNode): Promise<void> {
  const { agent } = node;
  node.agent = undefined;
  await agent?.[Symbol.asyncDispose]();
}

/** An agent as the API server sees it. */
function nodeClient(apiServer: ApiServer, node: string): Client {
  return createClient(
    apiServer.transport({ name: `system:node:${node}`, groups: ["system:nodes", "system:authenticated"] }, "kubelet"),
  );
}
