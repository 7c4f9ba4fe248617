import type { Event } from "../api/types/core-v1.ts";

/** What to do with an event that was just made. */
export type EventDecision =
  | { readonly type: "create"; readonly event: Event }
  /** The same was told before: raise its count. */
  | { readonly type: "count"; readonly event: Event }
  | { readonly type: "drop" };

/** The numbers are client-go's (tools/record/events_cache.go). */
const LIMITS = {
  /** More different messages of one reason than this within the interval become one. */
  similarEvents: 10,
  similarIntervalMs: 600_000,
  /** What one source may say about one object at once, and how long it takes to be allowed one more. */
  burst: 25,
  refillMs: 300_000,
  rememberedKeys: 4096,
};

interface Seen {
  readonly name: string;
  readonly count: number;
  readonly firstTimestamp: string | undefined;
}

interface Similar {
  readonly messages: Set<string>;
  lastAtMs: number;
}

interface Allowance {
  tokens: number;
  updatedAtMs: number;
}

/**
 * Keeps the number of events small: repeats are counted, many similar ones are combined, and one source may say only so
 * much about one object.
 */
export class EventCorrelator {
  readonly #seen = new RecentMap<Seen>(LIMITS.rememberedKeys);
  readonly #similar = new RecentMap<Similar>(LIMITS.rememberedKeys);
  readonly #allowances = new RecentMap<Allowance>(LIMITS.rememberedKeys);

  correlate(event: Event, nowMs: number): EventDecision {
    const { combined, key } = this.#combine(event, nowMs);
    const seen = this.#seen.get(key);
    const counted: Event = seen
      ? {
          ...combined,
          metadata: { ...combined.metadata, name: seen.name },
          firstTimestamp: seen.firstTimestamp,
          count: seen.count + 1,
        }
      : combined;
    this.remember(counted, key);
    if (!this.#isAllowed(event, nowMs)) return { type: "drop" };
    return { type: seen ? "count" : "create", event: counted };
  }

  /** The event is in the cluster under this name with this count. */
  remember(event: Event, key = identity(event)): void {
    const { name = "" } = event.metadata;
    this.#seen.set(key, { name, count: event.count ?? 1, firstTimestamp: event.firstTimestamp });
  }

  #combine(event: Event, nowMs: number): { readonly combined: Event; readonly key: string } {
    const kind = identityWithoutMessage(event);
    const known = this.#similar.get(kind);
    const similar: Similar =
      known && nowMs - known.lastAtMs <= LIMITS.similarIntervalMs ? known : { messages: new Set(), lastAtMs: nowMs };
    similar.lastAtMs = nowMs;
    similar.messages.add(event.message ?? "");
    this.#similar.set(kind, similar);
    if (similar.messages.size < LIMITS.similarEvents) return { combined: event, key: identity(event) };
    // Any one will do: it keeps the set from growing without bound.
    const [oldest = ""] = similar.messages;
    similar.messages.delete(oldest);
    return {
      combined: { ...event, message: `(combined from similar events): ${event.message ?? ""}` },
      key: kind,
    };
  }

  #isAllowed(event: Event, nowMs: number): boolean {
    const key = JSON.stringify(subject(event));
    const allowance = this.#allowances.get(key) ?? { tokens: LIMITS.burst, updatedAtMs: nowMs };
    this.#allowances.set(key, allowance);
    // A clock that was set back takes nothing away.
    const refilled = Math.max(nowMs - allowance.updatedAtMs, 0) / LIMITS.refillMs;
    allowance.tokens = Math.min(LIMITS.burst, allowance.tokens + refilled);
    allowance.updatedAtMs = nowMs;
    if (allowance.tokens < 1) return false;
    allowance.tokens -= 1;
    return true;
  }
}

/** Who speaks about which object; the object's resourceVersion does not matter. */
const subject = ({ source, involvedObject: { kind, namespace, name, uid, apiVersion } }: Event): readonly unknown[] => [
  source,
  kind,
  namespace,
  name,
  uid,
  apiVersion,
];

const identityWithoutMessage = (event: Event): string =>
  JSON.stringify([...subject(event), event.involvedObject.fieldPath, event.type, event.reason]);

const identity = (event: Event): string => identityWithoutMessage(event) + (event.message ?? "");

/** A map that forgets what was not touched for longest. */
class RecentMap<V> {
  readonly #capacity: number;
  readonly #entries = new Map<string, V>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: string): V | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) this.#touch(key, value);
    return value;
  }

  set(key: string, value: V): void {
    this.#touch(key, value);
    if (this.#entries.size <= this.#capacity) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }

  /** A Map keeps the order of insertion, so the last touched is last. */
  #touch(key: string, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
  }
}
