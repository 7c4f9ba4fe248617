import { leases, nodes, pods } from "../../api/resources.ts";
import type { Node } from "../../api/types/core-v1.ts";
import type { Action } from "../actions.ts";
import { conditionOf } from "../conditions.ts";
import { defineController, watch, type Watch } from "../controller.ts";
import { nodeHealthActions, type NodeSnapshot } from "./node-health.ts";
import { podsByNode } from "./pods-by-node.ts";

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
    // Whether any node is ready matters to all of them.
    const readiness: Watch = (concern) =>
      nodeInformer.onChange({
        updated(node, previous) {
          if (isReady(node) === isReady(previous)) return;
          for (const { metadata } of nodeInformer.list()) concern(metadata.name ?? "");
        },
      });
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
          isAnyNodeReady: isReady(node) || nodeInformer.list().some(isReady),
          isZoneDisrupted: !isReady(node) && isDisrupted(nodeInformer.list().filter(inZoneOf(node))),
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

/** Upstream's bounds; it lets very large zones lose nodes all the same, only slowly. */
const FEWEST_NOT_READY = 3;
const DISRUPTED_SHARE = 0.55;
const LARGE_ZONE = 50;

function isDisrupted(zone: readonly Node[]): boolean {
  const notReady = zone.filter((node) => !isReady(node)).length;
  return (
    notReady < zone.length &&
    notReady >= FEWEST_NOT_READY &&
    notReady / zone.length >= DISRUPTED_SHARE &&
    zone.length <= LARGE_ZONE
  );
}

const ZONE_LABELS = ["topology.kubernetes.io/region", "topology.kubernetes.io/zone"];

const inZoneOf =
  (node: Node) =>
  (other: Node): boolean =>
    ZONE_LABELS.every((label) => other.metadata.labels?.[label] === node.metadata.labels?.[label]);

interface GoneNode {
  readonly gone: Node;
}

function nodeEvent(node: Node, reason: string, verb: string, preposition: string): Action {
  const { name = "" } = node.metadata;
  const message = `Node ${name} event: ${verb} Node ${name} ${preposition} Controller`;
  return { do: "event", about: node, type: "Normal", reason, message };
}

const isReady = ({ status }: Node): boolean => conditionOf(status?.conditions, "Ready")?.status === "True";
const heartbeat = ({ status }: Node): string | undefined => conditionOf(status?.conditions, "Ready")?.lastHeartbeatTime;
