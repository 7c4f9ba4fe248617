import { runtimeclasses } from "../../api/resources.ts";
import { semanticEqual } from "../../api/semantic-equal.ts";
import type { Pod, Toleration } from "../../api/types/core-v1.ts";
import type { RuntimeClass } from "../../api/types/node-v1.ts";
import type { ObjectReader } from "../objects/object-reader.ts";
import type { AdmissionPlugin, AdmissionRequest } from "./admission.ts";
import { admittedPod } from "./pod-admission.ts";
import { refused } from "./refusal.ts";

const DIFFERENT_OVERHEAD = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";

/** Gives pods the overhead of their runtime class, and lets them only onto nodes that have it. */
export const runtimeClass = (reader: ObjectReader): AdmissionPlugin => ({
  name: "RuntimeClass",
  async admit(request) {
    const pod = admittedPod(request, ["CREATE"]);
    const found = pod && (await classOf(reader, request, pod));
    if (!pod || !found) return;
    setOverhead(request, pod, found);
    setScheduling(request, pod, found);
  },
  async validate(request) {
    const pod = admittedPod(request, ["CREATE"]);
    if (!pod) return;
    const overhead = (await classOf(reader, request, pod))?.overhead;
    if (overhead) {
      if (!semanticEqual(overhead.podFixed, pod.spec?.overhead)) throw refused(request, DIFFERENT_OVERHEAD);
    } else if (pod.spec?.overhead) {
      throw refused(request, "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
    }
  },
});

async function classOf(
  reader: ObjectReader,
  request: AdmissionRequest,
  { spec }: Pod,
): Promise<RuntimeClass | undefined> {
  const name = spec?.runtimeClassName;
  if (name === undefined) return undefined;
  const found = await reader.find(runtimeclasses, "", name);
  if (!found) throw refused(request, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`);
  return found;
}

function setOverhead(request: AdmissionRequest, { spec }: Pod, { overhead }: RuntimeClass): void {
  if (!spec || !overhead) return;
  const { podFixed = {} } = overhead;
  if (Object.keys(spec.overhead ?? {}).length > 0 && !semanticEqual(podFixed, spec.overhead)) {
    throw refused(request, DIFFERENT_OVERHEAD);
  }
  spec.overhead = { ...podFixed };
}

function setScheduling(request: AdmissionRequest, { spec }: Pod, { scheduling }: RuntimeClass): void {
  if (!spec || !scheduling) return;
  const { nodeSelector = {}, tolerations = [] } = scheduling;
  for (const [key, value] of Object.entries(nodeSelector)) {
    const own = spec.nodeSelector?.[key];
    if (own === undefined || own === value) continue;
    throw refused(
      request,
      `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`,
    );
  }
  if (Object.keys(nodeSelector).length > 0) spec.nodeSelector = { ...spec.nodeSelector, ...nodeSelector };
  const merged = mergedTolerations([...(spec.tolerations ?? []), ...tolerations]);
  if (merged.length > 0) spec.tolerations = merged;
}

/** Leaves out what another one tolerates already; of two equal ones the first stays. */
function mergedTolerations(all: readonly Toleration[]): Toleration[] {
  const merged: Toleration[] = [];
  all.forEach((toleration, index) => {
    const isRedundant =
      merged.some((other) => isSuperset(other, toleration)) ||
      all.slice(index + 1).some((other) => !semanticEqual(other, toleration) && isSuperset(other, toleration));
    if (!isRedundant) merged.push(toleration);
  });
  return merged;
}

function isSuperset(wide: Toleration, narrow: Toleration): boolean {
  if (semanticEqual(wide, narrow)) return true;
  const isForAllKeys = (wide.key ?? "") === "" && wide.operator === "Exists";
  if ((wide.key ?? "") !== (narrow.key ?? "") && !isForAllKeys) return false;
  if ((wide.effect ?? "") !== "" && wide.effect !== narrow.effect) return false;
  if (wide.effect === "NoExecute" && wide.tolerationSeconds !== undefined) {
    if (narrow.tolerationSeconds === undefined || narrow.tolerationSeconds > wide.tolerationSeconds) return false;
  }
  if (wide.operator === "Exists") return true;
  return narrow.operator === "Equal" && (narrow.value ?? "") === (wide.value ?? "");
}
