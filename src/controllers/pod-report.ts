import type { KubeObject } from "../api/resource-type.ts";
import type { Report } from "./actions.ts";

/** The events that ReplicaSets, DaemonSets and others tell about their pods, in upstream's words. */
export function podReport(change: "create" | "delete", about: KubeObject): Report {
  return change === "create"
    ? {
        about,
        done: { reason: "SuccessfulCreate", message: (name) => `Created pod: ${name}` },
        failed: { reason: "FailedCreate", message: (error) => `Error creating: ${error}` },
      }
    : {
        about,
        done: { reason: "SuccessfulDelete", message: (name) => `Deleted pod: ${name}` },
        failed: { reason: "FailedDelete", message: (error) => `Error deleting: ${error}` },
      };
}
