import type { Plugin, Rejection } from "../plugin.ts";

const IN_USE: Rejection = {
  reasons: [
    "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod",
  ],
  isResolvable: true,
};

/** A claim for one pod alone is used by one pod alone. */
export const volumeRestrictions: Plugin = {
  name: "VolumeRestrictions",
  helpfulChanges: ["pod-removed", "claim-changed", "pod-changed"],
  examine(pod, cluster) {
    const exclusive = pod.claimKeys.filter(
      (key) => cluster.storage.claim(key)?.spec?.accessModes?.includes("ReadWriteOncePod") === true,
    );
    if (exclusive.length === 0) return undefined;
    const isInUse = exclusive.some((key) => cluster.countPodsWithClaim(key) > 0);
    return isInUse ? { filter: () => IN_USE } : undefined;
  },
  isHelpedBy(change, pod) {
    if (change.type === "claim-changed") {
      const { namespace = "", name = "" } = change.claim.metadata;
      return pod.claimKeys.includes(`${namespace}/${name}`);
    }
    if (change.type !== "pod-removed") return true;
    return change.pod.metadata.namespace === pod.pod.metadata.namespace && change.pod.spec?.volumes !== undefined;
  },
};
