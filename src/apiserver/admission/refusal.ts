import { forbidden } from "../../api/api-error.ts";
import type { ApiError } from "../../api/api-error.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import type { AdmissionRequest } from "./admission.ts";

/** How upstream says that a plugin does not let something in (admission.NewForbidden). */
export function refused(request: AdmissionRequest, detail: string): ApiError {
  return forbidden(request.resource.type, nameIn(request), detail);
}

function nameIn({ name, object }: AdmissionRequest): string {
  const metadata: Partial<KubeObject["metadata"]> = object?.metadata ?? {};
  return metadata.name || metadata.generateName || name || "Unknown";
}

/** Whether a request is for objects of a kind as a whole, or for one of their subresources. */
export function isFor(
  { resource: { type }, subresource }: AdmissionRequest,
  wanted: { readonly group: string; readonly resource: string },
  wantedSubresource = "",
): boolean {
  return type.resource === wanted.resource && type.group === wanted.group && subresource === wantedSubresource;
}
