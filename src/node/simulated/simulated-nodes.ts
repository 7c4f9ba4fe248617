import { isApiError } from "../../api/api-error.ts";
import { leases, nodes as nodeResource, pods as podResource } from "../../api/resources.ts";
import { isSimulated, isSwitchedOff } from "../../api/simulated-node.ts";
import type { Lease } from "../../api/types/coordination-v1.ts";
import type { Node } from "../../api/types/core-v1.ts";
import type { Client } from "../../client/client.ts";
import type { InformerFactory } from "../../client/informer-factory.ts";
import { BackgroundTasks } from "../../lib/background.ts";
import { parseCidr } from "../../lib/cidr.ts";
import { errorText, type Logger } from "../../lib/logger.ts";
import { type Clock, microTimestamp, type Timer } from "../../lib/time/clock.ts";
import { PodAddresses } from "../ipam.ts";
import { healthyConditions } from "../node-object.ts";
import { SimulatedPods } from "./simulated-pods.ts";

export interface SimulatedNodesOptions {
  readonly client: Client;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly log: Logger;
}

const LEASE_NAMESPACE = "kube-node-lease";
const LEASE_SECONDS = 40;
/** Half of what the node lifecycle controller waits before it gives a node up: there may be thousands. */
const RENEWAL_MS = 25_000;
const TICK_MS = 1000;
/** Nobody has these addresses, and nothing sends packets there. */
const POD_RANGE = "240.0.0.0/4";

/**
 * Stands in for the agents of all simulated nodes: keeps their leases and conditions fresh, and lets their pods start, run and end as their
 * annotations say. Without such nodes it does nothing.
 */
export class SimulatedNodes implements AsyncDisposable {
  readonly #options: SimulatedNodesOptions;
  readonly #tasks: BackgroundTasks;
  /** When each node's lease is due, by its name. */
  readonly #dueAt = new Map<string, number>();
  /** As the API answered the last renewals. */
  readonly #leases = new Map<string, Lease>();
  readonly #pods: SimulatedPods;
  readonly #stopFollowing: (() => void)[] = [];
  #alarm: Timer | undefined;

  constructor(options: SimulatedNodesOptions) {
    const { client, clock } = options;
    const log = options.log.named("simulated-nodes");
    this.#options = { ...options, log };
    this.#tasks = new BackgroundTasks(log);
    const range = parseCidr(POD_RANGE);
    if (!range) throw new Error(`${POD_RANGE} is no range`);
    this.#pods = new SimulatedPods({
      client,
      clock,
      log,
      addresses: new PodAddresses(range),
      isOn: (node) => this.#dueAt.has(node),
    });
  }

  async start(): Promise<void> {
    const nodes = this.#options.informers.informer(nodeResource);
    const pods = this.#options.informers.informer(podResource);
    await Promise.all([nodes.synced(), pods.synced()]);
    const lookAtPods = (node: Node): void => {
      for (const pod of pods.list()) if (pod.spec?.nodeName === node.metadata.name) this.#pods.follow(pod);
    };
    this.#stopFollowing.push(
      nodes.onChange({
        added: (node) => this.#take(node, lookAtPods),
        updated: (node) => this.#take(node, lookAtPods),
        deleted: (node) => this.#forget(node),
      }),
      pods.onChange({
        added: (pod) => this.#pods.follow(pod),
        updated: (pod) => this.#pods.follow(pod),
        deleted: (pod) => this.#pods.forget(pod),
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stop of this.#stopFollowing) stop();
    this.#alarm?.cancel();
    await this.#pods[Symbol.asyncDispose]();
    await this.#tasks.stop();
  }

  #forget({ metadata: { name = "" } }: Node): void {
    this.#dueAt.delete(name);
    this.#leases.delete(name);
  }

  #take(node: Node, onSwitchedOn: (node: Node) => void): void {
    const { name = "" } = node.metadata;
    if (!isSimulated(node) || isSwitchedOff(node)) {
      this.#dueAt.delete(name);
      return;
    }
    if (this.#dueAt.has(name)) return;
    this.#dueAt.set(name, this.#options.clock.now());
    onSwitchedOn(node);
    this.#tick();
  }

  /** Renews what is due, all at once: the store then has one commit of them. */
  #tick(): void {
    if (this.#alarm || this.#dueAt.size === 0 || this.#tasks.signal.aborted) return;
    const { clock } = this.#options;
    this.#alarm = clock.setTimeout(() => {
      this.#alarm = undefined;
      const now = clock.now();
      const due = [...this.#dueAt].filter(([, at]) => at <= now).map(([name]) => name);
      for (const name of due) this.#dueAt.set(name, now + RENEWAL_MS);
      if (due.length > 0) this.#tasks.run("Heartbeats of simulated nodes", () => this.#renew(due));
      this.#tick();
    }, TICK_MS);
  }

  async #renew(names: readonly string[]): Promise<void> {
    const results = await Promise.allSettled(
      names.flatMap((name) => [this.#renewLease(name), this.#reportReady(name)]),
    );
    const failed = results.find((result) => result.status === "rejected");
    if (failed && !this.#tasks.signal.aborted) {
      this.#options.log.warn(`Cannot renew all simulated nodes: ${errorText(failed.reason)}`);
    }
  }

  async #renewLease(name: string): Promise<void> {
    const { client, informers, clock } = this.#options;
    const resource = client.resource(leases);
    const renewal = {
      holderIdentity: name,
      leaseDurationSeconds: LEASE_SECONDS,
      renewTime: microTimestamp(clock.now()),
    };
    const renewed = (lease: Lease): Promise<Lease> =>
      resource.update({ ...lease, spec: { ...lease.spec, ...renewal } });
    const latest = this.#leases.get(name);
    this.#leases.delete(name);
    if (latest) {
      try {
        this.#leases.set(name, await renewed(latest));
        return;
      } catch (error) {
        // Somebody else wrote or deleted it meanwhile.
        if (!isApiError(error, "Conflict") && !isApiError(error, "NotFound")) throw error;
      }
    }
    const present = await resource.find({ name, namespace: LEASE_NAMESPACE });
    if (present) {
      this.#leases.set(name, await renewed(present));
      return;
    }
    const node = informers.informer(nodeResource).get(name);
    if (!node) return;
    const owner = { apiVersion: "v1", kind: "Node", name, uid: node.metadata.uid ?? "" };
    const created = await resource.create({
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name, namespace: LEASE_NAMESPACE, ownerReferences: [owner] },
      spec: renewal,
    });
    this.#leases.set(name, created);
  }

  /** Conditions are written when they are not as they should be: the lease is the heartbeat. */
  async #reportReady(name: string): Promise<void> {
    const { client, informers, clock } = this.#options;
    const node = informers.informer(nodeResource).get(name);
    if (!node || node.status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True")) return;
    const conditions = healthyConditions(node.status?.conditions, clock.now());
    await client.resource(nodeResource).updateStatus({ ...node, status: { ...node.status, conditions } });
  }
}
