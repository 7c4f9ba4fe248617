import type { Pod } from "../api/types/core-v1.ts";
import { PriorityQueue } from "../lib/priority-queue.ts";
import { Backoff } from "../lib/time/backoff.ts";
import type { Clock, Timer } from "../lib/time/clock.ts";
import type { ClusterChange, Plugin } from "./plugin.ts";
import type { PodFacts } from "./pod-facts.ts";

/** A pod on its way to a node. */
interface WaitingPod {
  facts: PodFacts;
  readonly addedAt: number;
  readonly backoff: Backoff;
  state:
    | { readonly type: "active" }
    /** Only what failed for no reason of its own has to sit its time out. */
    | { readonly type: "backing-off"; readonly until: number; readonly mustWait: boolean }
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

/** Stands for the plugins where no node was there to reject the pod. */
const NO_NODES = "";

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
  /** By each of the plugins that keep them out; those without any node are under the empty name. */
  readonly #unschedulable = new Map<string, Set<WaitingPod>>();
  /** Entries whose pod has left the state they stand for are skipped when they come up. */
  readonly #active = new PriorityQueue<WaitingPod>(moreUrgentFirst);
  readonly #early = new PriorityQueue<WaitingPod>(moreUrgentFirst);
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
    if (known.state.type !== "unschedulable") return;
    const { rejectedBy } = known.state;
    const change: ClusterChange = { type: "pod-changed", pod: facts.pod };
    const isHelped = this.#options.plugins.some(
      (plugin) => rejectedBy.has(plugin.name) && plugin.isHelpedBy(change, facts),
    );
    if (isHelped) this.#tryAgain(known);
  }

  has(uid: string): boolean {
    return this.#pods.has(uid);
  }

  /** The pod has a node, or is gone. */
  remove(uid: string): void {
    const pod = this.#pods.get(uid);
    if (!pod) return;
    this.#pods.delete(uid);
    this.#release(pod);
    pod.state = { type: "taken" };
  }

  /** A pod's status changed, and nothing that scheduling looks at. */
  refresh(pod: Pod): void {
    const known = this.#pods.get(pod.metadata.uid ?? "");
    if (known) known.facts = { ...known.facts, pod };
  }

  /**
   * The most urgent pod; it stays in the queue's care until `park`, `retry` or `remove`. Backing off is for the sake of others: when nobody
   * else is there, those who do are next.
   */
  take(): PodFacts | undefined {
    const pod = this.#nextActive() ?? this.#nextBackingOff();
    if (!pod) return undefined;
    pod.state = { type: "taken" };
    return pod.facts;
  }

  #nextActive(): WaitingPod | undefined {
    for (;;) {
      const pod = this.#active.pop();
      if (!pod || pod.state.type === "active") return pod;
    }
  }

  #nextBackingOff(): WaitingPod | undefined {
    for (;;) {
      const pod = this.#early.pop();
      if (!pod || (pod.state.type === "backing-off" && !pod.state.mustWait)) return pod;
    }
  }

  /** No node will have the pod for now. */
  park(uid: string, rejectedBy: ReadonlySet<string>): void {
    const pod = this.#pods.get(uid);
    if (!pod) return;
    pod.state = { type: "unschedulable", rejectedBy, notBefore: this.#options.clock.now() + pod.backoff.next() };
    for (const reason of rejectedBy.size === 0 ? [NO_NODES] : rejectedBy) {
      const pods = this.#unschedulable.get(reason) ?? new Set();
      this.#unschedulable.set(reason, pods.add(pod));
    }
  }

  /** Something went wrong that may go right another time. */
  retry(uid: string): void {
    const pod = this.#pods.get(uid);
    if (pod) this.#backOff(pod, this.#options.clock.now() + pod.backoff.next(), true);
  }

  /** Whatever it waits for, it is tried again. */
  tryNow(uid: string): void {
    const pod = this.#pods.get(uid);
    if (pod?.state.type !== "unschedulable") return;
    this.#release(pod);
    this.#activate(pod);
  }

  /** The cluster changed: pods that this may help are tried again. */
  react(change: ClusterChange): void {
    if (change.type === "node-added") this.#reconsiderAll(NO_NODES, () => true);
    for (const plugin of this.#options.plugins) {
      if (!plugin.helpfulChanges.includes(change.type)) continue;
      this.#reconsiderAll(plugin.name, (facts) => plugin.isHelpedBy(change, facts));
    }
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #reconsiderAll(reason: string, isHelped: (facts: PodFacts) => boolean): void {
    for (const pod of this.#unschedulable.get(reason) ?? []) {
      if (isHelped(pod.facts)) this.#tryAgain(pod);
    }
  }

  #tryAgain(pod: WaitingPod): void {
    if (pod.state.type !== "unschedulable") return;
    const { notBefore } = pod.state;
    this.#release(pod);
    if (notBefore <= this.#options.clock.now()) this.#activate(pod);
    else this.#backOff(pod, notBefore, false);
  }

  #release(pod: WaitingPod): void {
    const { state } = pod;
    if (state.type !== "unschedulable") return;
    for (const reason of state.rejectedBy.size === 0 ? [NO_NODES] : state.rejectedBy) {
      this.#unschedulable.get(reason)?.delete(pod);
    }
  }

  #activate(pod: WaitingPod): void {
    pod.state = { type: "active" };
    this.#active.push(pod);
    this.#options.onReady();
  }

  #backOff(pod: WaitingPod, until: number, mustWait: boolean): void {
    pod.state = { type: "backing-off", until, mustWait };
    this.#backingOff.push({ pod, at: until });
    this.#armTimer();
    if (mustWait) return;
    this.#early.push(pod);
    this.#options.onReady();
  }

  /** One timer, for the pod that is due first. */
  #armTimer(): void {
    this.#timer?.cancel();
    const next = this.#backingOff.peek();
    if (!next) return;
    const delayMs = Math.min(next.at - this.#options.clock.now(), BACKOFF.maxMs);
    this.#timer = this.#options.clock.setTimeout(() => this.#releaseDue(), delayMs);
  }

  #releaseDue(): void {
    const now = this.#options.clock.now();
    // Further away than any backoff: the clock was set back since.
    const isDue = ({ at }: Entry): boolean => at <= now || at > now + BACKOFF.maxMs;
    for (let next = this.#backingOff.peek(); next && isDue(next); next = this.#backingOff.peek()) {
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
