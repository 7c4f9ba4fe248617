import { pods as podType } from "../../api/resources.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { Action } from "../actions.ts";
import { TRACKING_FINALIZER } from "./job-pod.ts";

/** Lets go of a pod: its result is noted, or does not matter. */
export function untracked({ metadata }: Pod): Action {
  const { name = "", namespace, uid, resourceVersion, finalizers = [] } = metadata;
  const left = finalizers.filter((finalizer) => finalizer !== TRACKING_FINALIZER);
  return {
    do: "patch",
    type: podType,
    key: { name, namespace },
    patchType: "merge",
    patch: { metadata: { uid, resourceVersion, finalizers: left.length === 0 ? null : left } },
  };
}
