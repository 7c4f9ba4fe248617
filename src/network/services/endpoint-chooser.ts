import type { EndpointAddress } from "./route-endpoints.ts";

/** What a listener needs to know of where its connections go; asked anew for each connection. */
export interface ListenerTarget {
  endpointsFor(clientIp: string): readonly EndpointAddress[];
  /** Whether connections from there are taken at all. */
  admits(clientIp: string): boolean;
  readonly affinitySeconds: number | undefined;
}

interface Remembered {
  readonly key: string;
  untilMs: number;
}

/** More clients than this are not remembered: the oldest are forgotten. */
const MOST_REMEMBERED = 10_000;

/** Spreads clients over endpoints, one after the other; a client that should stay with its endpoint does. */
export class EndpointChooser {
  readonly #remembered = new Map<string, Remembered>();
  #next = 0;

  /** Endpoints in the order in which they are to be tried; empty when the client is turned away. */
  candidates(target: ListenerTarget, clientIp: string): readonly EndpointAddress[] {
    if (!target.admits(clientIp)) return [];
    const endpoints = target.endpointsFor(clientIp);
    if (endpoints.length === 0) return [];
    const known = target.affinitySeconds === undefined ? -1 : this.#rememberedIndex(clientIp, endpoints);
    return rotated(endpoints, known < 0 ? this.#next++ : known);
  }

  /** The client was connected to `endpoint`. */
  remember(target: ListenerTarget, clientIp: string, endpoint: EndpointAddress): void {
    if (target.affinitySeconds === undefined) return;
    // What is set again comes last, so the first is the one not seen for longest.
    this.#remembered.delete(clientIp);
    this.#remembered.set(clientIp, {
      key: keyOf(endpoint),
      untilMs: performance.now() + target.affinitySeconds * 1000,
    });
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > MOST_REMEMBERED && oldest !== undefined) this.#remembered.delete(oldest);
  }

  #rememberedIndex(clientIp: string, endpoints: readonly EndpointAddress[]): number {
    const remembered = this.#remembered.get(clientIp);
    if (!remembered || remembered.untilMs < performance.now()) return -1;
    return endpoints.findIndex((endpoint) => keyOf(endpoint) === remembered.key);
  }
}

const keyOf = ({ ip, port }: EndpointAddress): string => `${ip}:${port}`;

function rotated<T>(list: readonly T[], by: number): readonly T[] {
  const start = by % list.length;
  return start === 0 ? list : [...list.slice(start), ...list.slice(0, start)];
}
