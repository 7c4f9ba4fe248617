import type { Node } from "../../api/types/core-v1.ts";
import type { Clock } from "../../lib/time/clock.ts";
import { zoneOf, type ZoneOutlook } from "./zones.ts";

/** Upstream's node-eviction-rate and secondary-node-eviction-rate, as times between two nodes. */
const INTERVAL_MS: Readonly<Record<Exclude<ZoneOutlook, "kept">, number>> = { usual: 10_000, slow: 100_000 };

/** Lets the nodes of a zone lose their pods one after the other: what failed for one may soon be well again for all. */
export class EvictionPace {
  readonly #clock: Clock;
  /** The last turn of each zone, and whose it is. */
  readonly #turns = new Map<string, { readonly uid: string; readonly atMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Now if it is this node's turn, which it then takes; else when the zone has its next. */
  evictableAtMs(node: Node, outlook: Exclude<ZoneOutlook, "kept">): number {
    const { uid = "" } = node.metadata;
    const now = this.#clock.now();
    const last = this.#turns.get(zoneOf(node));
    const nextMs = (last?.atMs ?? -Infinity) + INTERVAL_MS[outlook];
    // A turn takes several looks: first the node is found silent, then it is tainted.
    if (last?.uid === uid && now < nextMs) return last.atMs;
    // Further away than any interval: the clock was set back since.
    if (now < nextMs && nextMs <= now + INTERVAL_MS[outlook]) return nextMs;
    this.#turns.set(zoneOf(node), { uid, atMs: now });
    return now;
  }
}
