import { leases, nodes, pods } from "../../api/resources.ts";
import type { Node } from "../../api/types/core-v1.ts";
import type { Action } from "../actions.ts";
import { conditionOf } from "../conditions.ts";
import { defineController, watch, type Watch } from "../controller.ts";
import { EvictionPace } from "./eviction-pace.ts";
import { isEvicting, nodeHealthActions, type NodeSnapshot } from "./node-health.ts";
import { podsByNode } from "./pods-by-node.ts";
import { isReady, Zones } from "./zones.ts";

const LEASE_NAMESPACE = "kube-node-lease";

/**
 * Signs of life are counted from when they are seen, not from the times written in them: clocks differ, and a cluster that was
 * stopped overnight must not find all its nodes dead. They cost no work: the one timer of a node looks at the last of them.
 */
export const nodeLifecycleController = defineController<NodeSnapshot | GoneNode>({
  name: "node-controller",
  connect({ informers, clock }) {
    const nodeInformer = informers.informer(nodes);
    const leaseInformer = informers.informer(leases, { namespace: LEASE_NAMESPACE });
    const podsOf = podsByNode(informers.informer(pods));
    const lastSeen = new Map<string, number>();
    const known = new Map<string, Node>();
    const see = (name: string | undefined): void => void lastSeen.set(name ?? "", clock.now());

    const signsOfLife: Watch = () => {
      const stops = [
        leaseInformer.onChange({
          added: ({ metadata }) => see(metadata.name),
          updated(lease, previous) {
            if (lease.spec?.renewTime !== previous.spec?.renewTime) see(lease.metadata.name);
          },
        }),
        nodeInformer.onChange({
          added: ({ metadata }) => see(metadata.name),
          updated(node, previous) {
            if (heartbeat(node) !== heartbeat(previous)) see(node.metadata.name);
          },
          deleted: ({ metadata }) => lastSeen.delete(metadata.name ?? ""),
        }),
      ];
      return () => {
        for (const stop of stops) stop();
      };
    };
    const zones = new Zones();
    const pace = new EvictionPace(clock);
    // Whether other nodes are ready matters to those that are not.
    const readiness: Watch = (concern) => {
      const count = (change: () => void): void => {
        const before = zones.outlook;
        change();
        if (zones.outlook === before) return;
        for (const node of nodeInformer.list()) if (!isReady(node)) concern(node.metadata.name ?? "");
      };
      return nodeInformer.onChange({
        added: (node) => count(() => zones.add(node)),
        updated: (node, previous) =>
          count(() => {
            zones.remove(previous);
            zones.add(node);
          }),
        deleted: (node) => count(() => zones.remove(node)),
      });
    };
    return {
      watches: [signsOfLife, watch(nodeInformer, ({ metadata }) => [metadata.name ?? ""]), readiness],
      snapshot(name) {
        const node = nodeInformer.get(name);
        const before = known.get(name);
        if (!node) {
          known.delete(name);
          return before && { gone: before };
        }
        known.set(name, node);
        return {
          node,
          isNew: before?.metadata.uid !== node.metadata.uid,
          lastSeenMs: lastSeen.get(name) ?? clock.now(),
          pods: isReady(node) ? [] : podsOf(name),
          isAnyNodeReady: isReady(node) || zones.isAnyNodeReady,
          ...(isReady(node) ? {} : evictionOf(node, zones, pace)),
        };
      },
    };
  },
  reconcile(snapshot, nowMs) {
    if ("gone" in snapshot) return [nodeEvent(snapshot.gone, "RemovingNode", "Removing", "from")];
    const greeting = snapshot.isNew ? [nodeEvent(snapshot.node, "RegisteredNode", "Registered", "in")] : [];
    return [...greeting, ...nodeHealthActions(snapshot, nowMs)];
  },
});

/** Whether, and from when on, a node that is not ready may lose its pods. */
function evictionOf(
  node: Node,
  zones: Zones,
  pace: EvictionPace,
): Pick<NodeSnapshot, "isZoneDisrupted" | "evictableAtMs"> {
  const outlook = zones.outlookOf(node);
  if (outlook === "kept") return { isZoneDisrupted: true };
  // Where no node is ready, none loses its pods, and so none needs a turn.
  return isEvicting(node) || !zones.isAnyNodeReady ? {} : { evictableAtMs: pace.evictableAtMs(node, outlook) };
}

interface GoneNode {
  readonly gone: Node;
}

function nodeEvent(node: Node, reason: string, verb: string, preposition: string): Action {
  const { name = "" } = node.metadata;
  const message = `Node ${name} event: ${verb} Node ${name} ${preposition} Controller`;
  return { do: "event", about: node, type: "Normal", reason, message };
}

const heartbeat = ({ status }: Node): string | undefined => conditionOf(status?.conditions, "Ready")?.lastHeartbeatTime;
