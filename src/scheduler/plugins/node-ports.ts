import type { NodeState } from "../node-table.ts";
import { changedNode, type Plugin, type Rejection } from "../plugin.ts";
import { ANY_ADDRESS, podFacts, type HostPort } from "../pod-facts.ts";

const REJECTION: Rejection = {
  reasons: ["node(s) didn't have free ports for the requested pod ports"],
  isResolvable: true,
};

/** A port of a node is taken by one pod. */
export const nodePorts: Plugin = {
  name: "NodePorts",
  isLocal: true,
  helpfulChanges: ["node-added", "node-updated", "pod-removed"],
  examine: ({ hostPorts }) =>
    hostPorts.length === 0 ? undefined : { filter: (node) => (areTaken(hostPorts, node) ? REJECTION : undefined) },
  isHelpedBy(change, { hostPorts }) {
    if (change.type === "pod-removed") {
      return podFacts(change.pod).hostPorts.some((freed) => hostPorts.some((wanted) => conflict(freed, wanted)));
    }
    return changedNode(change) !== undefined;
  },
};

function areTaken(wanted: readonly HostPort[], { pods }: NodeState): boolean {
  for (const { hostPorts } of pods.values()) {
    if (hostPorts.some((taken) => wanted.some((port) => conflict(taken, port)))) return true;
  }
  return false;
}

function conflict(a: HostPort, b: HostPort): boolean {
  const sharesAddress = a.ip === b.ip || a.ip === ANY_ADDRESS || b.ip === ANY_ADDRESS;
  return a.port === b.port && a.protocol === b.protocol && sharesAddress;
}
