import type { KubeObject } from "../api/resource-type.ts";
import type { Condition } from "../api/types/meta-v1.ts";
import { type Finding, symptom } from "./finding.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Subject } from "./subject.ts";

/** Any kind, custom ones too: what its conditions and events say. */
export const otherSubject: Omit<Subject, "type"> = {
  state: (object) => conditionsOf(object).find(({ type }) => POSITIVE.has(type))?.message ?? "",
  findings: (object, snapshot) => [...conditionFindings(object), ...warningFindings(object, snapshot)],
};

/** Conditions whose "False" means that something is wrong, by wide agreement. */
const POSITIVE: ReadonlySet<string> = new Set([
  "Ready",
  "Available",
  "Healthy",
  "Synced",
  "Established",
  "Accepted",
  "Programmed",
]);
const NEGATIVE: ReadonlySet<string> = new Set(["Failed", "Degraded", "Stalled", "ReplicaFailure"]);

function conditionFindings(object: KubeObject): readonly Finding[] {
  return conditionsOf(object).flatMap(({ type, status, reason, message }) => {
    const isBad = (POSITIVE.has(type) && status === "False") || (NEGATIVE.has(type) && status === "True");
    return isBad
      ? [
          symptom("ConditionSaysSo", `its condition ${type} is ${status}${reason ? ` (${reason})` : ""}`, {
            evidence: [message],
          }),
        ]
      : [];
  });
}

/** The last warning, as long as nothing better came after it. */
function warningFindings(object: KubeObject, snapshot: Snapshot): readonly Finding[] {
  const last = snapshot.eventsOf(object).at(-1);
  if (last?.type !== "Warning") return [];
  return [
    symptom("Warned", `the last that was heard of it is a warning (${last.reason})`, { evidence: [last.message] }),
  ];
}

function conditionsOf(object: KubeObject): readonly Condition[] {
  // Any kind may have a status, and conditions in it.
  const { status } = object as { readonly status?: { readonly conditions?: unknown } };
  return Array.isArray(status?.conditions) ? (status.conditions as readonly Condition[]) : [];
}
