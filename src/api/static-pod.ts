import type { Pod } from "./types/core-v1.ts";

/*
 * A static pod is run by a node from a file, whatever the API has. Its mirror pod shows it in the API: nobody who changes or deletes that
 * changes the pod.
 */

/** Tells one content of a file from another. */
export const CONFIG_HASH = "kubernetes.io/config.hash";
/** On mirror pods only: the hash of the static pod. */
export const CONFIG_MIRROR = "kubernetes.io/config.mirror";
/** `file`. */
export const CONFIG_SOURCE = "kubernetes.io/config.source";
/** When the node came to know of it. */
export const CONFIG_SEEN = "kubernetes.io/config.seen";

export const isMirrorPod = ({ metadata }: Readonly<Pod>): boolean =>
  metadata.annotations?.[CONFIG_MIRROR] !== undefined;

export const isStaticPod = ({ metadata }: Readonly<Pod>): boolean => metadata.annotations?.[CONFIG_SOURCE] === "file";
