import type { PriorityLevelConfiguration, QueuingConfiguration } from "../../api/types/flowcontrol-v1.ts";
import type { SeatLimits } from "./concurrency-shares.ts";
import { FairQueues, type QueueSettings } from "./fair-queues.ts";
import type { FlowRequest } from "./flow-matching.ts";

/** A request on its way through a priority level. */
export interface FlowEntry {
  readonly request: FlowRequest;
  readonly schema: string;
  readonly distinguisher: string;
  readonly hash: () => bigint;
  readonly seats: number;
  readonly arrivedAt: number;
  /** When it began; undefined while it waits. */
  begunAt: number | undefined;
  /** Called when a waiting request gets its seats. */
  admit: () => void;
}

/** Numbers that only grow. */
export interface LevelTotals {
  dispatched: number;
  rejected: number;
  timedOut: number;
  cancelled: number;
}

/** Seats that are taken, and whose they are. */
export interface Seats {
  readonly owner: PriorityLevel;
  readonly count: number;
}

/**
 * One priority level: its seats, those it has lent to others, and the requests that wait. A level that needs more than its own
 * borrows what others may lend and do not use at the moment; upstream decides that anew every ten seconds.
 */
export class PriorityLevel {
  readonly name: string;
  uid: string;
  isExempt: boolean;
  limits: SeatLimits = { nominal: 0, lendable: 0, borrowable: 0 };
  readonly executing = new Set<FlowEntry>();
  readonly totals: LevelTotals = { dispatched: 0, rejected: 0, timedOut: 0, cancelled: 0 };
  queues: FairQueues<FlowEntry> | undefined;
  /** Of its own seats, by its own requests. */
  #used = 0;
  #lent = 0;
  #borrowed = 0;

  constructor(name: string) {
    this.name = name;
    this.uid = "";
    this.isExempt = false;
  }

  configure({ metadata, spec }: PriorityLevelConfiguration, limits: SeatLimits): void {
    this.uid = metadata.uid ?? "";
    this.isExempt = spec?.type === "Exempt";
    this.limits = limits;
    this.#requeue(queueSettings(spec?.limited?.limitResponse?.queuing));
  }

  get seatsInUse(): number {
    return this.#used + this.#borrowed;
  }

  /** How many seats it has at the moment. */
  get currentLimit(): number {
    return this.limits.nominal - this.#lent + this.#borrowed;
  }

  get waitingCount(): number {
    return this.queues?.length ?? 0;
  }

  /** Undefined: there are not enough. A request that is wider than all seats may have them when nobody else does. */
  takeSeats(count: number, others: Iterable<PriorityLevel>): Seats | undefined {
    if (this.isExempt || this.#used + count <= this.limits.nominal - this.#lent || this.seatsInUse === 0) {
      this.#used += count;
      return { owner: this, count };
    }
    if (this.#borrowed + count > this.limits.borrowable) return undefined;
    for (const other of others) {
      if (other === this || !other.#lends(count)) continue;
      other.#lent += count;
      this.#borrowed += count;
      return { owner: other, count };
    }
    return undefined;
  }

  returnSeats({ owner, count }: Seats): void {
    if (owner === this) {
      this.#used -= count;
      return;
    }
    this.#borrowed -= count;
    owner.#lent -= count;
  }

  #lends(count: number): boolean {
    const { nominal, lendable } = this.limits;
    if (this.isExempt) return this.#lent + count <= lendable;
    return this.waitingCount === 0 && this.#lent + count <= lendable && this.#used + this.#lent + count <= nominal;
  }

  /** With other settings whoever waits lines up anew. */
  #requeue(settings: QueueSettings | undefined): void {
    const old = this.queues;
    if (old && settings && Bun.deepEquals(old.settings, settings)) return;
    this.queues = settings && new FairQueues(settings);
    for (const { waiting } of old?.snapshot() ?? []) {
      for (const entry of waiting) if (!this.queues?.add(entry, entry.hash())) entry.admit();
    }
  }
}

function queueSettings(queuing: QueuingConfiguration | undefined): QueueSettings | undefined {
  if (!queuing) return undefined;
  const { queues = 64, handSize = 8, queueLengthLimit = 50 } = queuing;
  return { queues, handSize, queueLengthLimit };
}
