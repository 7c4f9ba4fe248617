import { classNameOf } from "../../api/volume-claims.ts";
import type { ClusterView } from "../cluster-view.ts";
import type { NodeState } from "../node-table.ts";
import type { Plugin, Rejection } from "../plugin.ts";
import type { PodFacts } from "../pod-facts.ts";

const TOO_MANY: Rejection = { reasons: ["node(s) exceed max volume count"], isResolvable: true };

/** A node takes no more volumes of a driver than the driver says it can. */
export const nodeVolumeLimits: Plugin = {
  name: "NodeVolumeLimits",
  helpfulChanges: ["pod-removed", "claim-changed", "storage-changed", "pod-changed"],
  examine(pod, cluster) {
    const wanted = driversByVolume(pod, cluster);
    return wanted.size === 0 ? undefined : { filter: (node) => rejection(wanted, node, cluster) };
  },
  isHelpedBy: (change) => change.type !== "pod-removed" || change.pod.spec?.volumes !== undefined,
};

function rejection(
  wanted: ReadonlyMap<string, string>,
  { name, pods }: NodeState,
  cluster: ClusterView,
): Rejection | undefined {
  const drivers = cluster.storage.driversOfNode(name)?.spec.drivers ?? [];
  for (const driver of new Set(wanted.values())) {
    const isRequired = cluster.storage.driver(driver)?.spec.preventPodSchedulingIfMissing === true;
    if (isRequired && !drivers.some((each) => each.name === driver)) {
      return { reasons: [`${driver} CSI driver is not installed on the node`], isResolvable: true };
    }
  }
  const limits = drivers.flatMap((driver) => (driver.allocatable?.count === undefined ? [] : [driver]));
  if (limits.length === 0) return undefined;
  const present = new Map<string, string>();
  for (const pod of pods.values())
    for (const [volume, driver] of driversByVolume(pod, cluster)) present.set(volume, driver);
  for (const { spec } of cluster.storage.attachmentsTo(name)) {
    const handle = cluster.storage.volume(spec.source.persistentVolumeName ?? "")?.spec?.csi?.volumeHandle;
    if (handle !== undefined) present.set(`${spec.attacher}/${handle}`, spec.attacher);
  }
  const count = (volumes: ReadonlyMap<string, string>, of: string): number =>
    [...volumes].filter(([volume, driver]) => driver === of && (volumes === present || !present.has(volume))).length;
  const isExceeded = limits.some(({ name: driver, allocatable }) => {
    const added = count(wanted, driver);
    return added > 0 && count(present, driver) + added > (allocatable?.count ?? 0);
  });
  return isExceeded ? TOO_MANY : undefined;
}

/** The volumes of CSI drivers that a pod has or will have; a volume in several claims counts once. */
function driversByVolume(pod: PodFacts, { storage }: ClusterView): ReadonlyMap<string, string> {
  const drivers = new Map<string, string>();
  for (const key of pod.claimKeys) {
    const claim = storage.claim(key);
    if (!claim) continue;
    const volume = storage.volume(claim.spec?.volumeName ?? "");
    const { driver, volumeHandle } = volume?.spec?.csi ?? {};
    if (driver !== undefined) drivers.set(`${driver}/${volumeHandle}`, driver);
    else if (!volume) {
      const provisioner = storage.storageClass(classNameOf(claim))?.provisioner ?? "";
      // Only of CSI drivers is it known that what they make counts.
      if (storage.driver(provisioner)) drivers.set(`${provisioner}/${key}`, provisioner);
    }
  }
  return drivers;
}
