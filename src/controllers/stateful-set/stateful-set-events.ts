import type { StatefulSet } from "../../api/types/apps-v1.ts";
import type { PersistentVolumeClaim, Pod } from "../../api/types/core-v1.ts";
import type { Report } from "../actions.ts";

/** Upstream's words (pkg/controller/statefulset/stateful_pod_control.go). */
export function statefulPodReport(verb: "Create" | "Delete", set: StatefulSet, pod: Pod): Report {
  const subject = `Pod ${pod.metadata.name ?? ""} in StatefulSet ${set.metadata.name ?? ""}`;
  return {
    about: set,
    done: { reason: `Successful${verb}`, message: () => `${verb} ${subject} successful` },
    failed: { reason: `Failed${verb}`, message: (error) => `${verb} ${subject} failed error: ${error}` },
  };
}

export function claimReport(set: StatefulSet, pod: Pod, claim: PersistentVolumeClaim): Report {
  const subject = `Pod ${pod.metadata.name ?? ""} in StatefulSet ${set.metadata.name ?? ""}`;
  const name = claim.metadata.name ?? "";
  return {
    about: set,
    done: { reason: "SuccessfulCreate", message: () => `Create Claim ${name} ${subject} success` },
    failed: {
      reason: "FailedCreate",
      message: (error) => `Create Claim ${name} for ${subject} failed error: ${error}`,
    },
  };
}
