import type { ClusterView, PlacedPod } from "./cluster-view.ts";
import { addUsage, type MutableUsage, type NodeState, subtractUsage } from "./node-table.ts";
import type { PodFacts } from "./pod-facts.ts";

/** The cluster as it would be with other pods on one of its nodes. The cluster itself stays as it is. */
export class Trial implements ClusterView {
  readonly nodes: readonly NodeState[];
  readonly node: NodeState;
  readonly #cluster: ClusterView;
  readonly #pods: Map<string, PodFacts>;
  readonly #used: MutableUsage;
  /** Pods of the node that the cluster does not have there. */
  readonly #added = new Map<string, PodFacts>();

  constructor(cluster: ClusterView, node: NodeState) {
    this.#cluster = cluster;
    this.#pods = new Map(node.pods);
    this.#used = { ...node.used, others: new Map(node.used.others) };
    this.node = { ...node, version: 0, pods: this.#pods, used: this.#used };
    this.nodes = cluster.nodes.map((each) => (each === node ? this.node : each));
  }

  get namespaces(): ClusterView["namespaces"] {
    return this.#cluster.namespaces;
  }

  get storage(): ClusterView["storage"] {
    return this.#cluster.storage;
  }

  get siblingsOf(): ClusterView["siblingsOf"] {
    return this.#cluster.siblingsOf;
  }

  get nodesWithImage(): ClusterView["nodesWithImage"] {
    return this.#cluster.nodesWithImage;
  }

  add(pod: PodFacts, isNew = false): void {
    this.#pods.set(pod.uid, pod);
    if (isNew) this.#added.set(pod.uid, pod);
    addUsage(this.#used, pod);
  }

  remove(pod: PodFacts): void {
    this.#pods.delete(pod.uid);
    subtractUsage(this.#used, pod);
  }

  *podsIn(namespace: string): Iterable<PlacedPod> {
    yield* this.#placed(this.#cluster.podsIn(namespace));
    for (const facts of this.#added.values()) {
      if (facts.pod.metadata.namespace === namespace) yield { facts, node: this.node };
    }
  }

  *podsWithAffinity(): Iterable<PlacedPod> {
    yield* this.#placed(this.#cluster.podsWithAffinity());
    for (const facts of this.#added.values()) if (facts.affinity) yield { facts, node: this.node };
  }

  countPodsWithClaim(key: string): number {
    const count = (pods: Iterable<PodFacts>): number =>
      [...pods].filter(({ claimKeys }) => claimKeys.includes(key)).length;
    const before = this.#cluster.nodes.find(({ name }) => name === this.node.name)?.pods.values() ?? [];
    return this.#cluster.countPodsWithClaim(key) - count(before) + count(this.#pods.values());
  }

  nominatedOn(nodeName: string): readonly PodFacts[] {
    return this.#cluster.nominatedOn(nodeName);
  }

  *#placed(pods: Iterable<PlacedPod>): Iterable<PlacedPod> {
    for (const placed of pods) {
      if (placed.node.name !== this.node.name) yield placed;
      else if (this.#pods.has(placed.facts.uid)) yield { facts: placed.facts, node: this.node };
    }
  }
}
