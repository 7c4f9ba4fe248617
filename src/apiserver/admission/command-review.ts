import type { KubeObject } from "../../api/resource-type.ts";
import type { GroupVersionKind } from "../../api/schema/schema.ts";
import type { WriteRequest } from "../objects/write-request.ts";
import type { AdmissionRequest } from "./admission.ts";

/**
 * How admission sees a command: something that is sent to be done and not to be stored (a Binding, an Eviction, a review).
 * `kind` says what it is where that is not what the resource holds. Admission may change the body.
 */
export function commandReview(write: WriteRequest, body: object, kind?: GroupVersionKind): AdmissionRequest {
  // Bodies of commands have metadata as objects do.
  return { ...write, operation: "CREATE", object: body as KubeObject, oldObject: undefined, objectKind: kind };
}
