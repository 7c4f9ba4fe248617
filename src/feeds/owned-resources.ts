import type { JsonObject } from "../lib/json/json-value.ts";
import type { FeedSelection } from "./feed.ts";
import { type DashboardResource, type ObjectAddress, qualifiedName } from "./resource.ts";
import { objectIn, objectsIn } from "./table-rows.ts";

/** Which resources the objects of a resource own. */
const OWNED: Readonly<Record<string, readonly string[]>> = {
  "deployments.apps": ["replicasets.apps"],
  "replicasets.apps": ["pods"],
  replicationcontrollers: ["pods"],
  "statefulsets.apps": ["pods", "controllerrevisions.apps"],
  "daemonsets.apps": ["pods", "controllerrevisions.apps"],
  "cronjobs.batch": ["jobs.batch"],
  "jobs.batch": ["pods"],
  services: ["endpointslices.discovery.k8s.io"],
};

/** Where to look for what an object owns. */
export function ownedSelections(
  resources: readonly DashboardResource[],
  address: ObjectAddress,
): readonly FeedSelection[] {
  const names = OWNED[qualifiedName(address.resource)] ?? [];
  return resources
    .filter((resource) => names.includes(qualifiedName(resource)))
    .map((resource) => ({ resource, namespace: address.namespace }));
}

export function isOwnedBy(object: JsonObject, ownerUid: string): boolean {
  return objectsIn(objectIn(object, "metadata"), "ownerReferences").some(({ uid }) => uid === ownerUid);
}
