import type { Labels } from "../api/label-selector.ts";
import type { Node } from "../api/types/core-v1.ts";
import type { ClusterView, PlacedPod } from "./cluster-view.ts";
import type { PodFacts } from "./pod-facts.ts";
import { allocatableOf, type Resources } from "./resources.ts";
import { NO_STORAGE, type StorageView } from "./storage-view.ts";

/** A node and what its pods take of it. */
export interface NodeState {
  readonly name: string;
  /** Another one whenever the node or its pods have changed; 0: a node that is only tried. */
  readonly version: number;
  readonly node: Node;
  readonly allocatable: Resources & { readonly pods: number };
  readonly used: Usage;
  readonly pods: ReadonlyMap<string, PodFacts>;
  /** Bytes, by name. */
  readonly images: ReadonlyMap<string, number>;
}

interface Usage {
  readonly milliCpu: number;
  readonly memoryBytes: number;
  readonly ephemeralStorageBytes: number;
  readonly others: ReadonlyMap<string, number>;
  /** As the comparison of nodes counts it. */
  readonly assumedMilliCpu: number;
  readonly assumedMemoryBytes: number;
}

export type MutableUsage = { -readonly [K in keyof Usage]: Usage[K] } & { others: Map<string, number> };

interface MutableNodeState {
  readonly name: string;
  version: number;
  /** Absent while only pods of the node are known. */
  node: Node | undefined;
  allocatable: NodeState["allocatable"];
  readonly used: MutableUsage;
  readonly pods: Map<string, PodFacts>;
  images: ReadonlyMap<string, number>;
}

/**
 * All nodes and their pods, with the sums of what those ask for, kept up to date change by change: a decision never adds up pods. A pod
 * is on one node at most; putting it somewhere takes it away from where it was, so a placement that was only assumed and its
 * confirmation count once.
 */
export class NodeTable implements ClusterView {
  readonly namespaces = new Map<string, Labels | undefined>();
  readonly storage: StorageView;
  readonly siblingsOf: ClusterView["siblingsOf"];
  readonly #nodesByName = new Map<string, MutableNodeState>();
  readonly #nodeByPod = new Map<string, MutableNodeState>();
  readonly #podsByNamespace = new Map<string, Map<string, PodFacts>>();
  readonly #podsWithAffinity = new Map<string, PodFacts>();
  readonly #nominated = new Map<string, { readonly pod: PodFacts; readonly nodeName: string }>();
  readonly #podsByClaim = new Map<string, number>();
  readonly #nodesByImage = new Map<string, number>();
  #known: readonly NodeState[] | undefined;
  #version = 0;

  constructor(storage: StorageView = NO_STORAGE, siblingsOf: ClusterView["siblingsOf"] = () => undefined) {
    this.storage = storage;
    this.siblingsOf = siblingsOf;
  }

  /** In the order in which they came. */
  get nodes(): readonly NodeState[] {
    this.#known ??= [...this.#nodesByName.values()].filter(isKnown);
    return this.#known;
  }

  node(name: string): NodeState | undefined {
    const state = this.#nodesByName.get(name);
    return state && isKnown(state) ? state : undefined;
  }

  setNode(node: Node): void {
    const state = this.#stateOf(node.metadata.name ?? "");
    state.node = node;
    state.allocatable = allocatableOf(node);
    this.#changed(state);
    this.#setImages(state, imagesOf(node));
    this.#known = undefined;
  }

  removeNode(name: string): void {
    const state = this.#nodesByName.get(name);
    if (!state) return;
    state.node = undefined;
    this.#setImages(state, NO_IMAGES);
    if (state.pods.size === 0) this.#nodesByName.delete(name);
    this.#known = undefined;
  }

  podsIn(namespace: string): Iterable<PlacedPod> {
    return this.#placed(this.#podsByNamespace.get(namespace));
  }

  podsWithAffinity(): Iterable<PlacedPod> {
    return this.#placed(this.#podsWithAffinity);
  }

  /** Room on a node is promised to a pod, until it is put somewhere. */
  nominate(pod: PodFacts, nodeName: string): void {
    this.#nominated.set(pod.uid, { pod, nodeName });
  }

  withdrawNomination(uid: string): void {
    this.#nominated.delete(uid);
  }

  nominationOf(uid: string): string | undefined {
    return this.#nominated.get(uid)?.nodeName;
  }

  nominatedOn(nodeName: string): readonly PodFacts[] {
    if (this.#nominated.size === 0) return NOBODY;
    return [...this.#nominated.values()].flatMap((each) => (each.nodeName === nodeName ? [each.pod] : []));
  }

  countPodsWithClaim(key: string): number {
    return this.#podsByClaim.get(key) ?? 0;
  }

  readonly nodesWithImage = (name: string): number => this.#nodesByImage.get(name) ?? 0;

  setPod(pod: PodFacts, nodeName: string): void {
    this.removePod(pod.uid);
    this.#nominated.delete(pod.uid);
    const namespace = namespaceOf(pod);
    const siblings = this.#podsByNamespace.get(namespace) ?? new Map<string, PodFacts>();
    this.#podsByNamespace.set(namespace, siblings.set(pod.uid, pod));
    if (pod.affinity) this.#podsWithAffinity.set(pod.uid, pod);
    const state = this.#stateOf(nodeName);
    state.pods.set(pod.uid, pod);
    this.#nodeByPod.set(pod.uid, state);
    addUsage(state.used, pod);
    this.#changed(state);
    for (const key of pod.claimKeys) add(this.#podsByClaim, key, 1);
  }

  removePod(uid: string): void {
    const state = this.#nodeByPod.get(uid);
    const pod = state?.pods.get(uid);
    if (!state || !pod) return;
    subtractUsage(state.used, pod);
    this.#changed(state);
    for (const key of pod.claimKeys) add(this.#podsByClaim, key, -1);
    state.pods.delete(uid);
    this.#nodeByPod.delete(uid);
    this.#podsWithAffinity.delete(uid);
    const siblings = this.#podsByNamespace.get(namespaceOf(pod));
    siblings?.delete(uid);
    if (siblings?.size === 0) this.#podsByNamespace.delete(namespaceOf(pod));
    if (state.pods.size === 0 && !state.node) this.#nodesByName.delete(state.name);
  }

  *#placed(pods: ReadonlyMap<string, PodFacts> | undefined): Iterable<PlacedPod> {
    for (const facts of pods?.values() ?? []) {
      const node = this.#nodeByPod.get(facts.uid);
      if (node && isKnown(node)) yield { facts, node };
    }
  }

  #changed(state: MutableNodeState): void {
    this.#version += 1;
    state.version = this.#version;
  }

  #setImages(state: MutableNodeState, images: ReadonlyMap<string, number>): void {
    if (images === state.images) return;
    for (const name of state.images.keys()) add(this.#nodesByImage, name, -1);
    for (const name of images.keys()) add(this.#nodesByImage, name, 1);
    state.images = images;
  }

  #stateOf(name: string): MutableNodeState {
    const known = this.#nodesByName.get(name);
    if (known) return known;
    const state: MutableNodeState = {
      name,
      version: 0,
      node: undefined,
      allocatable: { milliCpu: 0, memoryBytes: 0, ephemeralStorageBytes: 0, others: new Map(), pods: 0 },
      used: {
        milliCpu: 0,
        memoryBytes: 0,
        ephemeralStorageBytes: 0,
        others: new Map(),
        assumedMilliCpu: 0,
        assumedMemoryBytes: 0,
      },
      pods: new Map(),
      images: NO_IMAGES,
    };
    this.#nodesByName.set(name, state);
    return state;
  }
}

const NO_IMAGES: ReadonlyMap<string, number> = new Map();

function imagesOf({ status }: Node): ReadonlyMap<string, number> {
  const images = status?.images ?? [];
  if (images.length === 0) return NO_IMAGES;
  return new Map(images.flatMap(({ names = [], sizeBytes = 0 }) => names.map((name) => [name, sizeBytes])));
}

function add(counts: Map<string, number>, key: string, change: 1 | -1): void {
  const sum = (counts.get(key) ?? 0) + change;
  if (sum === 0) counts.delete(key);
  else counts.set(key, sum);
}

const namespaceOf = ({ pod }: PodFacts): string => pod.metadata.namespace ?? "";

function isKnown(state: MutableNodeState): state is MutableNodeState & NodeState {
  return state.node !== undefined;
}

const NOBODY: readonly PodFacts[] = [];

/** What a pod takes of a node comes on top, or is given back. */
export const addUsage = (used: MutableUsage, pod: PodFacts): void => count(used, pod, 1);
export const subtractUsage = (used: MutableUsage, pod: PodFacts): void => count(used, pod, -1);

function count(used: MutableUsage, { requests, assumedUse }: PodFacts, sign: 1 | -1): void {
  used.milliCpu += sign * requests.milliCpu;
  used.memoryBytes += sign * requests.memoryBytes;
  used.ephemeralStorageBytes += sign * requests.ephemeralStorageBytes;
  used.assumedMilliCpu += sign * assumedUse.milliCpu;
  used.assumedMemoryBytes += sign * assumedUse.memoryBytes;
  for (const [name, amount] of requests.others) used.others.set(name, (used.others.get(name) ?? 0) + sign * amount);
}
