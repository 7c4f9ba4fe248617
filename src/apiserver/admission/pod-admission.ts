import { forbidden } from "../../api/api-error.ts";
import { pods } from "../../api/resources.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { AdmissionRequest } from "./admission.ts";

/** The pod that a request creates, or with `UPDATE` writes; undefined for everything else. */
export function admittedPod(
  request: AdmissionRequest,
  operations: readonly AdmissionRequest["operation"][],
): Pod | undefined {
  const { group, resource } = request.resource.type;
  if (group !== pods.group || resource !== pods.resource || request.subresource !== "") return undefined;
  // The resource holds pods.
  return operations.includes(request.operation) ? request.object : undefined;
}

export function forbiddenPod({ metadata }: Pod, detail: string): Error {
  return forbidden(pods, metadata.name ?? metadata.generateName ?? "", detail);
}
