import type { Node } from "../../api/types/core-v1.ts";
import { conditionOf } from "../conditions.ts";

/** How nodes of a zone lose their pods: as usual, slowly because most of the zone is not well, or not at all. */
export type ZoneOutlook = "usual" | "slow" | "kept";

interface Zone {
  nodes: number;
  ready: number;
}

/** Upstream's bounds of a zone that is partially disrupted. */
const FEWEST_NOT_READY = 3;
const DISRUPTED_SHARE = 0.55;
const LARGE_ZONE = 50;

const ZONE_LABELS = ["topology.kubernetes.io/region", "topology.kubernetes.io/zone"];

export const isReady = ({ status }: Node): boolean => conditionOf(status?.conditions, "Ready")?.status === "True";

export const zoneOf = ({ metadata }: Node): string =>
  ZONE_LABELS.map((label) => metadata.labels?.[label] ?? "").join("/");

/** How many nodes there are in each zone and how many of them are ready, counted change by change. */
export class Zones {
  readonly #zones = new Map<string, Zone>();
  #ready = 0;

  get isAnyNodeReady(): boolean {
    return this.#ready > 0;
  }

  /** All that nodes which are not ready need to know of the others. */
  get outlook(): string {
    const outlooks = [...this.#zones].map(([name, zone]) => `${name}=${outlookOf(zone)}`);
    return `${this.isAnyNodeReady} ${outlooks.join(" ")}`;
  }

  outlookOf(node: Node): ZoneOutlook {
    const zone = this.#zones.get(zoneOf(node));
    return zone ? outlookOf(zone) : "usual";
  }

  add(node: Node): void {
    this.#count(node, 1);
  }

  remove(node: Node): void {
    this.#count(node, -1);
  }

  #count(node: Node, by: 1 | -1): void {
    const name = zoneOf(node);
    const zone = this.#zones.get(name) ?? { nodes: 0, ready: 0 };
    zone.nodes += by;
    if (isReady(node)) {
      zone.ready += by;
      this.#ready += by;
    }
    if (zone.nodes === 0) this.#zones.delete(name);
    else this.#zones.set(name, zone);
  }
}

function outlookOf({ nodes, ready }: Zone): ZoneOutlook {
  const notReady = nodes - ready;
  const isDisrupted = ready > 0 && notReady >= FEWEST_NOT_READY && notReady / nodes >= DISRUPTED_SHARE;
  if (!isDisrupted) return "usual";
  return nodes > LARGE_ZONE ? "slow" : "kept";
}
