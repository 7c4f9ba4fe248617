import type { Endpoint, EndpointSlice } from "../../api/types/discovery-v1.ts";

/** A node as routes see it. */
export interface RouteNode {
  readonly name: string;
  readonly zone: string | undefined;
  readonly podCidr: string;
  /** Its own address; several nodes of one machine may share one. */
  readonly ip: string;
}

export interface EndpointAddress {
  readonly ip: string;
  readonly port: number;
}

/** Endpoints for a connection; empty: it is refused. Lists are sorted. */
export interface NodeEndpoints {
  /** For callers that belong to no node in particular: this machine, which is all nodes, and others beside it. */
  readonly everywhere: readonly EndpointAddress[];
  /** For those of a node, where that makes a difference. */
  readonly byNode: ReadonlyMap<string, readonly EndpointAddress[]>;
}

interface Candidate {
  readonly address: EndpointAddress;
  readonly nodeName: string | undefined;
  readonly state: "ready" | "ending";
  readonly nodeHints: readonly string[];
  readonly zoneHints: readonly string[];
}

/**
 * The endpoints of a Service's port: `anywhere` by the rules of the traffic policy Cluster with the hints of slices, `local` by those of
 * the policy Local. Ready ones; while there are none, those that still serve though their pod is ending, so that a rolling update to a
 * single replica loses nothing (CategorizeEndpoints in pkg/proxy/topology.go).
 */
export function routeEndpoints(
  port: { readonly name: string; readonly protocol: string },
  slices: readonly EndpointSlice[],
  nodes: readonly RouteNode[],
): { readonly anywhere: NodeEndpoints; readonly local: NodeEndpoints } {
  const candidates = candidatesOf(port, slices);
  const ready = candidates.filter(({ state }) => state === "ready");
  const usable = ready.length > 0 ? ready : candidates;
  const everywhere = usable.map(({ address }) => address);
  const near = new Map<string, readonly EndpointAddress[]>();
  const local = new Map<string, readonly EndpointAddress[]>();
  for (const node of nodes) {
    near.set(node.name, nearTo(node, usable));
    local.set(node.name, localTo(node, candidates));
  }
  const union = new Set([...local.values()].flat());
  return {
    anywhere: nodeEndpoints(everywhere, near),
    local: nodeEndpoints(
      candidates.map(({ address }) => address).filter((address) => union.has(address)),
      local,
    ),
  };
}

/** Where no node sees anything else than all do, nothing is said about nodes. */
function nodeEndpoints(
  everywhere: readonly EndpointAddress[],
  byNode: ReadonlyMap<string, readonly EndpointAddress[]>,
): NodeEndpoints {
  const isSame = [...byNode.values()].every((each) => each.length === everywhere.length);
  return { everywhere, byNode: isSame ? new Map() : byNode };
}

function localTo(node: RouteNode, candidates: readonly Candidate[]): readonly EndpointAddress[] {
  const here = candidates.filter(({ nodeName }) => nodeName === node.name);
  const ready = here.filter(({ state }) => state === "ready");
  return (ready.length > 0 ? ready : here).map(({ address }) => address);
}

/** Hints count only when every endpoint has them and at least one is meant for this node: else nobody would be served. */
function nearTo(node: RouteNode, usable: readonly Candidate[]): readonly EndpointAddress[] {
  if (usable[0]?.state !== "ready") return usable.map(({ address }) => address);
  const chosen =
    hinted(usable, ({ nodeHints }) => nodeHints, node.name) ??
    hinted(usable, ({ zoneHints }) => zoneHints, node.zone) ??
    usable;
  return chosen.map(({ address }) => address);
}

function hinted(
  usable: readonly Candidate[],
  hintsOf: (candidate: Candidate) => readonly string[],
  place: string | undefined,
): readonly Candidate[] | undefined {
  if (place === undefined || usable.some((each) => hintsOf(each).length === 0)) return undefined;
  const meant = usable.filter((each) => hintsOf(each).includes(place));
  return meant.length === 0 ? undefined : meant;
}

function candidatesOf(
  port: { readonly name: string; readonly protocol: string },
  slices: readonly EndpointSlice[],
): readonly Candidate[] {
  const byAddress = new Map<string, Candidate>();
  for (const slice of slices) {
    if (slice.addressType !== "IPv4") continue;
    const target = slice.ports?.find(
      (each) => (each.name ?? "") === port.name && (each.protocol ?? "TCP") === port.protocol,
    );
    if (target?.port === undefined) continue;
    for (const endpoint of slice.endpoints ?? []) {
      const state = stateOf(endpoint);
      if (state === undefined) continue;
      for (const ip of endpoint.addresses) {
        const key = `${ip}:${target.port}`;
        // During a move between slices both have it; what is ready wins.
        if (byAddress.get(key)?.state === "ready") continue;
        byAddress.set(key, {
          address: { ip, port: target.port },
          nodeName: endpoint.nodeName,
          state,
          nodeHints: endpoint.hints?.forNodes?.map(({ name }) => name) ?? [],
          zoneHints: endpoint.hints?.forZones?.map(({ name }) => name) ?? [],
        });
      }
    }
  }
  return [...byAddress.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, candidate]) => candidate);
}

/** An endpoint that says nothing of itself is taken for ready. */
function stateOf({ conditions }: Endpoint): Candidate["state"] | undefined {
  if (conditions?.ready ?? true) return "ready";
  return (conditions?.serving ?? false) && (conditions?.terminating ?? false) ? "ending" : undefined;
}
