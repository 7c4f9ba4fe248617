import { isApiError } from "../api/api-error.ts";
import { leases, nodes } from "../api/resources.ts";
import type { Lease } from "../api/types/coordination-v1.ts";
import type { Node, NodeStatus } from "../api/types/core-v1.ts";
import type { Client } from "../client/client.ts";
import { BackgroundTasks } from "../lib/background.ts";
import { errorText, type Logger } from "../lib/logger.ts";
import { type Clock, microTimestamp, sleep } from "../lib/time/clock.ts";
import { type MachineFacts, newNode, type NodeIdentity, nodeStatus, withAddedResources } from "./node-object.ts";
import type { ContainerRuntime, ImageSummary } from "./runtime/runtime.ts";

export interface NodeReporterOptions {
  readonly client: Client;
  readonly runtime: ContainerRuntime;
  readonly identity: NodeIdentity;
  readonly machine: MachineFacts;
  readonly clock: Clock;
  readonly log: Logger;
}

const LEASE_NAMESPACE = "kube-node-lease";
const LEASE_SECONDS = 40;
const LEASE_RENEWAL_MS = 10_000;
const STATUS_REPORT_MS = 5 * 60_000;

/** Tells the API that the node exists, that it lives (a lease), and what it is like (its status, rarely). */
export class NodeReporter implements AsyncDisposable {
  readonly #options: NodeReporterOptions;
  readonly #tasks: BackgroundTasks;
  #uid = "";
  #status: NodeStatus | undefined;
  #lease: Lease | undefined;
  #lastReport: Promise<void> = Promise.resolve();
  #isRuntimeUp = true;
  #pressures: ReadonlySet<string> = new Set();
  #images: readonly ImageSummary[] = [];

  constructor(options: NodeReporterOptions) {
    this.#options = options;
    this.#tasks = new BackgroundTasks(options.log);
  }

  /** Resolves when the API knows the node, ready; what has to be repeated goes on in the background. */
  async start(): Promise<void> {
    const { clock } = this.#options;
    await this.#register();
    this.#tasks.run("Node lease", async (signal) => {
      for (;;) {
        await this.#attempt("renew the node's lease", () => this.#renewLease());
        await sleep(LEASE_RENEWAL_MS, { clock, signal });
      }
    });
    this.#tasks.run("Node status", async (signal) => {
      for (;;) {
        await sleep(STATUS_REPORT_MS, { clock, signal });
        this.reportSoon();
      }
    });
  }

  /** Something of the status has changed: the images. */
  reportSoon(): void {
    this.#tasks.run("Node status", () => {
      this.#lastReport = this.#lastReport.then(() => this.#attempt("report the node's status", () => this.#report()));
      return this.#lastReport;
    });
  }

  /** A node whose engine is away is not ready. */
  setRuntimeUp(isUp: boolean): void {
    if (isUp === this.#isRuntimeUp) return;
    this.#isRuntimeUp = isUp;
    this.reportSoon();
  }

  /** What the node lacks, by the types of its conditions. */
  setPressures(pressures: ReadonlySet<string>): void {
    this.#pressures = pressures;
    this.reportSoon();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#tasks.stop();
  }

  async #register(): Promise<void> {
    const { client, identity } = this.#options;
    const status = await this.#currentStatus(undefined);
    const wanted = newNode(identity, status);
    try {
      this.#remember(await client.resource(nodes).create(wanted));
    } catch (error) {
      if (!isApiError(error, "AlreadyExists")) throw error;
      await this.#adoptNode(wanted);
    }
  }

  /** The node of an earlier run stays, with what users have added to it. */
  async #adoptNode(wanted: Node): Promise<void> {
    const { client, identity } = this.#options;
    const existing = await client.resource(nodes).get({ name: identity.name });
    const { labels, annotations } = wanted.metadata;
    const metadata = {
      ...existing.metadata,
      labels: { ...existing.metadata.labels, ...labels },
      annotations: { ...existing.metadata.annotations, ...annotations },
    };
    const updated = await client.resource(nodes).update({ ...existing, metadata });
    const status = withAddedResources(await this.#currentStatus(updated.status), updated.status);
    this.#remember(await client.resource(nodes).updateStatus({ ...updated, status }));
  }

  #remember({ metadata, status }: Node): void {
    this.#uid = metadata.uid ?? "";
    this.#status = status;
  }

  async #report(): Promise<void> {
    const { client, identity } = this.#options;
    const status = await this.#currentStatus(this.#status);
    for (;;) {
      const node = await client.resource(nodes).find({ name: identity.name });
      // Deleted by a user: only a new start registers it again, as with the kubelet.
      if (!node) return;
      try {
        const wanted = { ...node.status, ...withAddedResources(status, node.status) };
        return this.#remember(await client.resource(nodes).updateStatus({ ...node, status: wanted }));
      } catch (error) {
        // Someone else wrote in between.
        if (!isApiError(error, "Conflict")) throw error;
      }
    }
  }

  async #currentStatus(previous: NodeStatus | undefined): Promise<NodeStatus> {
    const { runtime, identity, machine, clock } = this.#options;
    if (this.#isRuntimeUp) this.#images = await runtime.listImages();
    const moment = { previous, isRuntimeUp: this.#isRuntimeUp, pressures: this.#pressures, now: clock.now() };
    return nodeStatus(identity, machine, this.#images, moment);
  }

  async #renewLease(): Promise<void> {
    const { client, identity, clock } = this.#options;
    const resource = client.resource(leases);
    const renewTime = microTimestamp(clock.now());
    const known = this.#lease ?? (await resource.find({ name: identity.name, namespace: LEASE_NAMESPACE }));
    try {
      this.#lease = known
        ? await resource.update({ ...known, spec: { ...known.spec, ...this.#leaseSpec(), renewTime } })
        : await resource.create({
            apiVersion: "coordination.k8s.io/v1",
            kind: "Lease",
            metadata: {
              name: identity.name,
              namespace: LEASE_NAMESPACE,
              ownerReferences: [{ apiVersion: "v1", kind: "Node", name: identity.name, uid: this.#uid }],
            },
            spec: { ...this.#leaseSpec(), renewTime },
          });
    } catch (error) {
      // Someone else wrote or removed it: look again next time.
      this.#lease = undefined;
      throw error;
    }
  }

  #leaseSpec() {
    return { holderIdentity: this.#options.identity.name, leaseDurationSeconds: LEASE_SECONDS };
  }

  async #attempt(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!this.#tasks.signal.aborted) this.#options.log.warn(`Cannot ${what}: ${errorText(error)}`);
    }
  }
}
