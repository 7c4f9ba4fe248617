import { MANDATORY_LEVELS, MANDATORY_SCHEMAS } from "../../api/kinds/flowcontrol/bootstrap-flows.ts";
import type { FlowSchema, PriorityLevelConfiguration } from "../../api/types/flowcontrol-v1.ts";
import type { Clock } from "../../lib/time/clock.ts";
import { seatLimits } from "./concurrency-shares.ts";
import type { FlowControlMetrics } from "./flow-control-metrics.ts";
import { flowDistinguisher, matchesSchema, type FlowRequest } from "./flow-matching.ts";
import { PriorityLevel, type FlowEntry, type Seats } from "./priority-level.ts";
import { flowHash } from "./shuffle-sharding.ts";

/** Upstream's --max-requests-inflight and --max-mutating-requests-inflight together. */
const SERVER_SEATS = 600;
/** A quarter of the time that a request may take. */
const LONGEST_WAIT_MS = 15_000;
const RETRY_AFTER_SECONDS = 1;

/** Where a request belongs. */
export interface Flow {
  readonly schema: FlowSchema;
  readonly level: PriorityLevel;
}

/** To be called when the request is done. */
export type Leave = () => void;

/**
 * Priority and fairness (KEP-1040): every request belongs to a priority level, which has a number of seats. Who finds none free waits in one
 * of a few queues of its flow, and is refused when those are full, so no client can take what others need.
 */
export class FlowControl {
  readonly #clock: Clock;
  readonly #metrics: FlowControlMetrics;
  #schemas: readonly FlowSchema[] = [];
  readonly #levels = new Map<string, PriorityLevel>();

  constructor(clock: Clock, metrics: FlowControlMetrics) {
    this.#clock = clock;
    this.#metrics = metrics;
    this.configure([], []);
    metrics.follow(() => this.#levels.values());
  }

  /** Takes what there is of both kinds. The mandatory ones hold even where they are missing. */
  configure(schemas: readonly FlowSchema[], levels: readonly PriorityLevelConfiguration[]): void {
    const allLevels = withMandatory(levels, MANDATORY_LEVELS);
    const limits = seatLimits(allLevels, SERVER_SEATS);
    const names = new Set(allLevels.map(({ metadata }) => metadata.name ?? ""));
    for (const [name, level] of this.#levels) {
      // One with requests stays until they are done: nobody is sent there any more.
      if (!names.has(name) && level.executing.size === 0 && level.waitingCount === 0) this.#levels.delete(name);
    }
    for (const each of allLevels) {
      const name = each.metadata.name ?? "";
      const level = this.#levels.get(name) ?? new PriorityLevel(name);
      this.#levels.set(name, level);
      level.configure(each, limits.get(name) ?? { nominal: 0, lendable: 0, borrowable: 0 });
    }
    this.#schemas = withMandatory(schemas, MANDATORY_SCHEMAS)
      .filter(({ spec }) => names.has(spec?.priorityLevelConfiguration.name ?? ""))
      .toSorted(byPrecedence);
    for (const level of this.#levels.values()) this.#dispatch(level);
  }

  get levels(): Iterable<PriorityLevel> {
    return this.#levels.values();
  }

  flowOf(request: FlowRequest): Flow {
    for (const schema of this.#schemas) {
      if (!matchesSchema(schema, request)) continue;
      const level = this.#levels.get(schema.spec?.priorityLevelConfiguration.name ?? "");
      if (level) return { schema, level };
    }
    // The last schema matches everybody.
    throw new Error(`No flow schema matches the request of ${request.user.name}`);
  }

  /** Resolves when it is the request's turn. Throws TooManyRequests for one that must come again later. */
  enter(flow: Flow, request: FlowRequest, width: number, signal: AbortSignal): Leave | Promise<Leave> {
    const { level, schema } = flow;
    const name = schema.metadata.name ?? "";
    const entry: FlowEntry = {
      request,
      schema: name,
      distinguisher: flowDistinguisher(schema, request),
      hash: () => flowHash(name, entry.distinguisher),
      seats: level.isExempt ? width : Math.min(width, Math.max(1, Math.ceil(level.limits.nominal * MAX_SHARE))),
      arrivedAt: this.#clock.now(),
      begunAt: undefined,
      admit: () => undefined,
    };
    if (level.waitingCount === 0) {
      const seats = level.takeSeats(entry.seats, this.#levels.values());
      if (seats) return this.#begin(level, entry, seats, undefined);
    }
    if (!level.queues?.add(entry, entry.hash())) {
      level.totals.rejected++;
      throw this.#refusal(level, entry, level.queues ? "queue-full" : "concurrency-limit");
    }
    return this.#wait(level, entry, signal);
  }

  #wait(level: PriorityLevel, entry: FlowEntry, signal: AbortSignal): Promise<Leave> {
    const { promise, resolve, reject } = Promise.withResolvers<Leave>();
    const giveUp = (reason: "time-out" | "cancelled"): void => {
      level.queues?.remove(entry);
      level.totals[reason === "time-out" ? "timedOut" : "cancelled"]++;
      settle();
      reject(this.#refusal(level, entry, reason));
    };
    const timer = this.#clock.setTimeout(() => giveUp("time-out"), LONGEST_WAIT_MS);
    const cancel = (): void => giveUp("cancelled");
    signal.addEventListener("abort", cancel, { once: true });
    const settle = (): void => {
      timer.cancel();
      signal.removeEventListener("abort", cancel);
    };
    entry.admit = () => {
      settle();
      const seats = level.takeSeats(entry.seats, this.#levels.values()) ?? { owner: level, count: 0 };
      const done = level.queues?.next() === entry ? level.queues.take() : undefined;
      resolve(this.#begin(level, entry, seats, done));
    };
    this.#dispatch(level);
    return promise;
  }

  #begin(
    level: PriorityLevel,
    entry: FlowEntry,
    seats: Seats,
    done: ((durationMs: number) => void) | undefined,
  ): Leave {
    entry.begunAt = this.#clock.now();
    level.executing.add(entry);
    level.totals.dispatched++;
    this.#metrics.begun(level.name, entry);
    return () => {
      if (!level.executing.delete(entry)) return;
      const durationMs = this.#clock.now() - (entry.begunAt ?? 0);
      level.returnSeats(seats);
      done?.(durationMs);
      this.#metrics.ended(level.name, entry, durationMs);
      this.#dispatch(seats.owner);
      for (const other of this.#levels.values()) if (other.waitingCount > 0) this.#dispatch(other);
    };
  }

  /** Gives free seats to those who wait, in their turn. */
  #dispatch(level: PriorityLevel): void {
    for (;;) {
      const next = level.queues?.next();
      if (!next) return;
      const seats = level.takeSeats(next.seats, this.#levels.values());
      if (!seats) return;
      level.returnSeats(seats);
      next.admit();
    }
  }

  #refusal(level: PriorityLevel, entry: FlowEntry, reason: string): TooManyRequests {
    this.#metrics.rejected(level.name, entry, reason, this.#clock.now() - entry.arrivedAt);
    return new TooManyRequests("Too many requests, please try again later.");
  }
}

/** Streams hold no seats: nobody knows when they end. A watch does until it has begun. */
export function hasForeseeableEnd(info: FlowRequest["info"]): boolean {
  return info.type === "path" || !STREAMS.has(info.subresource);
}

const STREAMS: ReadonlySet<string> = new Set(["attach", "exec", "proxy", "log", "portforward"]);

/** The widest request takes this part of its level. */
const MAX_SHARE = 0.15;

/** Told as a text, as upstream does. */
export class TooManyRequests extends Error {
  readonly retryAfterSeconds = RETRY_AFTER_SECONDS;
}

interface Named {
  readonly metadata: { readonly name?: string | undefined };
}

function withMandatory<T extends Named>(objects: readonly T[], mandatory: readonly T[]): readonly T[] {
  const names = new Set(objects.map(({ metadata }) => metadata.name));
  return [...objects, ...mandatory.filter(({ metadata }) => !names.has(metadata.name))];
}

/** Of two that match alike the name decides. */
function byPrecedence(a: FlowSchema, b: FlowSchema): number {
  const difference = (a.spec?.matchingPrecedence ?? 0) - (b.spec?.matchingPrecedence ?? 0);
  return difference || ((a.metadata.name ?? "") < (b.metadata.name ?? "") ? -1 : 1);
}
