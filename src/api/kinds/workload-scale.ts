import type { ScaleSubresource } from "../kind.ts";
import { labelSelectorText } from "../label-selector.ts";
import type { LabelSelector } from "../types/meta-v1.ts";

interface Workload {
  spec?: { replicas?: number | undefined; selector?: LabelSelector | undefined } | undefined;
  status?: { replicas?: number | undefined } | undefined;
}

/** /scale of the kinds that keep replicas and a label selector in the usual places. */
export function workloadScale<T extends Workload>(): ScaleSubresource<T> {
  return {
    name: "scale",
    replicas: ({ spec }) => spec?.replicas ?? 0,
    withReplicas: (object, replicas) => ({ ...object, spec: { ...object.spec, replicas } }),
    statusReplicas: ({ status }) => status?.replicas ?? 0,
    selector: ({ spec }) => labelSelectorText(spec?.selector),
  };
}
