import { dealtHand } from "./shuffle-sharding.ts";

/** How long a request is taken to last before it did. */
const EXPECTED_MS = 3;

export interface QueueSettings {
  readonly queues: number;
  readonly handSize: number;
  readonly queueLengthLimit: number;
}

/** A request that waits, or did. */
export interface QueuedRequest {
  readonly seats: number;
}

interface FairQueue<T> {
  readonly waiting: T[];
  /** In virtual time: when its next request would have begun if all queues had always been served alike. */
  nextStart: number;
}

/**
 * Requests that wait for seats, served fairly: of all queues the one that had the least work done so far is next. Virtual time follows the
 * queue that is served, so a queue that was empty for long has no claim from before. Work is told in seat-milliseconds, expected when
 * a request begins and put right when it ends.
 */
export class FairQueues<T extends QueuedRequest> {
  readonly settings: QueueSettings;
  readonly #queues: readonly FairQueue<T>[];
  readonly #queueOf = new Map<T, FairQueue<T>>();
  #virtualTime = 0;
  #length = 0;

  constructor(settings: QueueSettings) {
    this.settings = settings;
    this.#queues = Array.from({ length: settings.queues }, () => ({ waiting: [], nextStart: 0 }));
  }

  get length(): number {
    return this.#length;
  }

  /** In the shortest of the flow's queues. `false`: all of them are full. */
  add(request: T, hash: bigint): boolean {
    const { queues, handSize, queueLengthLimit } = this.settings;
    const hand = dealtHand(hash, queues, handSize).flatMap((index) => this.#queues[index] ?? []);
    const queue = hand.reduce((best, each) => (each.waiting.length < best.waiting.length ? each : best));
    if (queue.waiting.length >= queueLengthLimit) return false;
    if (queue.waiting.length === 0) queue.nextStart = Math.max(queue.nextStart, this.#virtualTime);
    queue.waiting.push(request);
    this.#queueOf.set(request, queue);
    this.#length++;
    return true;
  }

  /** The request whose turn it is; it stays until it is taken. */
  next(): T | undefined {
    return this.#nextQueue()?.waiting[0];
  }

  /** Begins the request that `next` told. What is returned must be called with how long it lasted. */
  take(): ((durationMs: number) => void) | undefined {
    const queue = this.#nextQueue();
    const request = queue?.waiting.shift();
    if (!queue || !request) return undefined;
    this.#length--;
    this.#queueOf.delete(request);
    this.#virtualTime = queue.nextStart;
    queue.nextStart += EXPECTED_MS * request.seats;
    return (durationMs) => void (queue.nextStart += (durationMs - EXPECTED_MS) * request.seats);
  }

  /** For a request that waits no more. */
  remove(request: T): void {
    const queue = this.#queueOf.get(request);
    if (!queue) return;
    this.#queueOf.delete(request);
    queue.waiting.splice(queue.waiting.indexOf(request), 1);
    this.#length--;
  }

  /** What waits, queue by queue. */
  snapshot(): readonly { readonly index: number; readonly nextStart: number; readonly waiting: readonly T[] }[] {
    return this.#queues.map(({ nextStart, waiting }, index) => ({ index, nextStart, waiting: [...waiting] }));
  }

  #nextQueue(): FairQueue<T> | undefined {
    if (this.#length === 0) return undefined;
    let best: FairQueue<T> | undefined;
    for (const queue of this.#queues) {
      if (queue.waiting.length > 0 && (!best || queue.nextStart < best.nextStart)) best = queue;
    }
    return best;
  }
}
