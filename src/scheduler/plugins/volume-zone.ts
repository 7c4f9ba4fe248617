import type { Node, PersistentVolume } from "../../api/types/core-v1.ts";
import { changedNode, type Plugin, type Rejection } from "../plugin.ts";
import { podVolumesOf } from "./volume-binding.ts";

const REJECTION: Rejection = { reasons: ["node(s) had no available volume zone"], isResolvable: false };

/** The older labels are on old volumes, and never on new nodes. */
const TOPOLOGY_LABELS: Readonly<Record<string, string>> = {
  "topology.kubernetes.io/zone": "topology.kubernetes.io/zone",
  "topology.kubernetes.io/region": "topology.kubernetes.io/region",
  "failure-domain.beta.kubernetes.io/zone": "topology.kubernetes.io/zone",
  "failure-domain.beta.kubernetes.io/region": "topology.kubernetes.io/region",
};

/** A volume may name several zones in one label. */
const ZONE_SEPARATOR = "__";

/** A pod goes into the zone of its volumes, on nodes that have zones at all. */
export const volumeZone: Plugin = {
  name: "VolumeZone",
  helpfulChanges: ["node-added", "node-updated", "claim-changed", "volume-changed", "storage-changed", "pod-changed"],
  examine(pod, cluster) {
    if (pod.claimKeys.length === 0) return undefined;
    const wanted = podVolumesOf(pod, cluster).flatMap(zonesOf);
    if (wanted.length === 0) return undefined;
    return { filter: ({ node }) => (fits(node, wanted) ? undefined : REJECTION) };
  },
  isHelpedBy: (change) => changedNode(change) === undefined || hasZones(changedNode(change)?.metadata.labels),
};

interface Zones {
  readonly label: string;
  readonly values: readonly string[];
}

function zonesOf({ metadata: { labels = {} } }: PersistentVolume): Zones[] {
  return Object.keys(TOPOLOGY_LABELS).flatMap((label) => {
    const value = labels[label];
    return value === undefined ? [] : [{ label, values: value.split(ZONE_SEPARATOR) }];
  });
}

function fits({ metadata: { labels = {} } }: Node, wanted: readonly Zones[]): boolean {
  return (
    !hasZones(labels) ||
    wanted.every(({ label, values }) => values.includes(labels[label] ?? labels[TOPOLOGY_LABELS[label] ?? ""] ?? ""))
  );
}

const hasZones = (labels: Readonly<Record<string, string>> = {}): boolean =>
  Object.keys(TOPOLOGY_LABELS).some((label) => labels[label] !== undefined);
