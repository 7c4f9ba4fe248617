import type { KubeObject } from "../../api/resource-type.ts";
import type { ServedResource } from "../served-resources.ts";

const INITIAL_EVENTS_END = "k8s.io/initial-events-end";

/** An object of the watched kind that says nothing but how far the stream has come. */
export function bookmarkObject(
  { type, apiVersion }: ServedResource,
  { revision, endsInitialEvents }: { readonly revision: number; readonly endsInitialEvents: boolean },
): KubeObject {
  return {
    kind: type.kind,
    apiVersion,
    metadata: {
      resourceVersion: String(revision),
      ...(endsInitialEvents ? { annotations: { [INITIAL_EVENTS_END]: "true" } } : {}),
    },
  };
}
