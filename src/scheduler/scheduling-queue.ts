import { Backoff } from "../lib/backoff.ts";
import type { Clock, Timer } from "../lib/clock.ts";
import { PriorityQueue } from "../lib/priority-queue.ts";
import type { ClusterChange, Plugin } from "./plugin.ts";
import type { PodFacts } from "./pod-facts.ts";

/** A pod on its way to a node. */
interface WaitingPod {
  facts: PodFacts;
  readonly addedAt: number;
  readonly backoff: Backoff;
  state:
    | { readonly type: "active" }
    | { readonly type: "backing-off"; readonly until: number }
    /** Waits for a change that helps against the objections of these plugins. */
    | { readonly type: "unschedulable"; readonly rejectedBy: ReadonlySet<string>; readonly notBefore: number }
    /** Was taken out and is being dealt with. */
    | { readonly type: "taken" };
}

export interface SchedulingQueueOptions {
  readonly clock: Clock;
  readonly plugins: readonly Plugin[];
  /** There is something to take. */
  readonly onReady: () => void;
}

/** Upstream's: the first second passes quickly, and nobody waits longer than ten. */
const BACKOFF = { initialMs: 1000, maxMs: 10_000, factor: 2, jitter: 0 };

interface Entry {
  readonly pod: WaitingPod;
  readonly at: number;
}

/**
 * The pods that need a node. One that found none waits until something changes that could help it, and not less than its
 * backoff; nothing is tried again merely because time has passed.
 */
export class SchedulingQueue {
  readonly #options: SchedulingQueueOptions;
  readonly #pods = new Map<string, WaitingPod>();
  readonly #unschedulable = new Set<WaitingPod>();
  /** Entries whose pod has left the state they stand for are skipped when they come up. */
  readonly #active = new PriorityQueue<WaitingPod>(moreUrgentFirst);
  readonly #backingOff = new PriorityQueue<Entry>((a, b) => a.at - b.at);
  #timer: Timer | undefined;

  constructor(options: SchedulingQueueOptions) {
    this.#options = options;
  }

  /** How many pods need a node. */
  get size(): number {
    return this.#pods.size;
  }

  /** A pod appeared or changed. */
  set(facts: PodFacts): void {
    const known = this.#pods.get(facts.uid);
    if (!known) {
      const pod: WaitingPod = {
        facts,
        addedAt: this.#options.clock.now(),
        backoff: new Backoff(BACKOFF),
        state: { type: "active" },
      };
      this.#pods.set(facts.uid, pod);
      this.#activate(pod);
      return;
    }
    known.facts = facts;
    if (known.state.type === "unschedulable") {
      this.#reconsider(known, known.state, { type: "pod-changed", pod: facts.pod });
    }
  }

  has(uid: string): boolean {
    return this.#pods.has(uid);
  }

  /** The pod has a node, or is gone. */
  remove(uid: string): void {
    const pod = this.#pods.get(uid);
    if (!pod) return;
    this.#pods.delete(uid);
    this.#unschedulable.delete(pod);
    pod.state = { type: "taken" };
  }

  /** The most urgent pod; it stays in the queue's care until `park`, `retry` or `remove`. */
  take(): PodFacts | undefined {
    for (;;) {
      const pod = this.#active.pop();
      if (!pod) return undefined;
      if (pod.state.type !== "active") continue;
      pod.state = { type: "taken" };
      return pod.facts;
    }
  }

  /** No node will have the pod for now. */
  park(uid: string, rejectedBy: ReadonlySet<string>): void {
    const pod = this.#pods.get(uid);
    if (!pod) return;
    pod.state = { type: "unschedulable", rejectedBy, notBefore: this.#options.clock.now() + pod.backoff.next() };
    this.#unschedulable.add(pod);
  }

  /** Something went wrong that may go right another time. */
  retry(uid: string): void {
    const pod = this.#pods.get(uid);
    if (pod) this.#backOff(pod, this.#options.clock.now() + pod.backoff.next());
  }

  /** The cluster changed: pods that this may help are tried again. */
  react(change: ClusterChange): void {
    for (const pod of this.#unschedulable) {
      if (pod.state.type === "unschedulable") this.#reconsider(pod, pod.state, change);
    }
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #reconsider(
    pod: WaitingPod,
    { rejectedBy, notBefore }: { readonly rejectedBy: ReadonlySet<string>; readonly notBefore: number },
    change: ClusterChange,
  ): void {
    const { plugins, clock } = this.#options;
    // Without any objection there was no node at all.
    const isHelped =
      rejectedBy.size === 0
        ? change.type === "node-added"
        : plugins.some((plugin) => rejectedBy.has(plugin.name) && plugin.isHelpedBy(change, pod.facts));
    if (!isHelped) return;
    this.#unschedulable.delete(pod);
    if (notBefore <= clock.now()) this.#activate(pod);
    else this.#backOff(pod, notBefore);
  }

  #activate(pod: WaitingPod): void {
    pod.state = { type: "active" };
    this.#active.push(pod);
    this.#options.onReady();
  }

  #backOff(pod: WaitingPod, until: number): void {
    pod.state = { type: "backing-off", until };
    this.#backingOff.push({ pod, at: until });
    this.#armTimer();
  }

  /** One timer, for the pod that is due first. */
  #armTimer(): void {
    this.#timer?.cancel();
    const next = this.#backingOff.peek();
    if (!next) return;
    this.#timer = this.#options.clock.setTimeout(() => this.#releaseDue(), next.at - this.#options.clock.now());
  }

  #releaseDue(): void {
    const now = this.#options.clock.now();
    for (let next = this.#backingOff.peek(); next && next.at <= now; next = this.#backingOff.peek()) {
      this.#backingOff.pop();
      const { state } = next.pod;
      if (state.type === "backing-off" && state.until === next.at) this.#activate(next.pod);
    }
    this.#armTimer();
  }
}

function moreUrgentFirst(a: WaitingPod, b: WaitingPod): number {
  const priority = (b.facts.pod.spec?.priority ?? 0) - (a.facts.pod.spec?.priority ?? 0);
  return priority === 0 ? a.addedAt - b.addedAt : priority;
}
