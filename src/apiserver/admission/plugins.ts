import type { AdmissionPlugin } from "./admission.ts";

/** In the order in which Kubernetes runs them. */
export function admissionPlugins(): readonly AdmissionPlugin[] {
  return [];
}
