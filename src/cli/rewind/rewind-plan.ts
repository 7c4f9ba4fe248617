import { isJsonObject, jsonEqual } from "../../lib/json/json-value.ts";
import type { ResourceMapping } from "../discovery/resource-mapping.ts";
import {
  type ApiObject,
  annotationsOf,
  kindOf,
  labelsOf,
  metadataOf,
  nameOf,
  namespaceOf,
  objectIn,
  objectsIn,
  textIn,
} from "../objects/api-object.ts";

/** What there was and is of one resource. */
export interface RewoundResource {
  readonly mapping: ResourceMapping;
  readonly before: readonly ApiObject[];
  readonly after: readonly ApiObject[];
}

export interface RewindAction {
  readonly do: "create" | "update" | "delete";
  readonly mapping: ResourceMapping;
  readonly namespace: string;
  readonly name: string;
  /** What to send; the present state for a deletion. */
  readonly object: ApiObject;
}

/**
 * What brings the objects that people made back to what they were. What controllers, nodes and the server make of these is left to them: it
 * has an owner, or is of the kinds below. So a Deployment gets its old template, and its pods follow by an ordinary rollout.
 *
 * An object that is gone is created anew, with a new uid: a uid that came back from the dead would be taken for the one that everybody
 * has seen go. Status is never written; whoever observes it observes again.
 */
export function rewindPlan(resources: readonly RewoundResource[]): readonly RewindAction[] {
  const actions = resources.filter(({ mapping }) => isRewound(mapping)).flatMap(actionsOf);
  const goneNamespaces = new Set(
    actions
      .filter((action) => action.do === "delete" && action.mapping.resource === "namespaces")
      .map(({ name }) => name),
  );
  const needed = actions.filter((action) => action.do !== "delete" || !goneNamespaces.has(action.namespace));
  // What others need comes first, and goes last.
  return needed.toSorted((left, right) => rank(left) - rank(right));
}

/** Signs of life, answers of the cluster to what people want, and what only means something in its moment. */
const LEFT_ALONE: ReadonlySet<string> = new Set([
  "events",
  "events.events.k8s.io",
  "leases.coordination.k8s.io",
  "endpoints",
  "nodes",
  "csinodes.storage.k8s.io",
  "csistoragecapacities.storage.k8s.io",
  "volumeattachments.storage.k8s.io",
  "ipaddresses.networking.k8s.io",
  "certificatesigningrequests.certificates.k8s.io",
  "resourceslices.resource.k8s.io",
  "bindings",
]);

const VERBS = ["list", "create", "update", "delete"];

export const isRewound = ({ group, resource, verbs }: ResourceMapping): boolean =>
  VERBS.every((verb) => verbs.includes(verb)) && !LEFT_ALONE.has(group === "" ? resource : `${resource}.${group}`);

const keyOf = (object: ApiObject): string => `${namespaceOf(object)}/${nameOf(object)}`;

function actionsOf({ mapping, before, after }: RewoundResource): readonly RewindAction[] {
  const oldByKey = new Map(
    before
      .filter(isPeoples)
      .filter(isAlive)
      .map((object) => [keyOf(object), object]),
  );
  const presentByKey = new Map(after.filter(isPeoples).map((object) => [keyOf(object), object]));
  const action = (what: RewindAction["do"], object: ApiObject): RewindAction => ({
    do: what,
    mapping,
    namespace: namespaceOf(object),
    name: nameOf(object),
    object,
  });
  return [
    ...[...oldByKey].flatMap(([key, old]) => {
      const present = presentByKey.get(key);
      if (!present) return [action("create", recreated(old))];
      return jsonEqual(wish(old), wish(present)) ? [] : [action("update", broughtBack(old, present))];
    }),
    ...[...presentByKey].flatMap(([key, present]) =>
      oldByKey.has(key) || !isAlive(present) ? [] : [action("delete", present)],
    ),
  ];
}

const isAlive = (object: ApiObject): boolean => metadataOf(object)["deletionTimestamp"] === undefined;

/** Not made by a controller or by the server, which would make it again, or differently. */
function isPeoples(object: ApiObject): boolean {
  const isControlled = objectsIn(metadataOf(object), "ownerReferences").some(({ controller }) => controller === true);
  const isToken = textIn(object, "type") === "kubernetes.io/service-account-token";
  const isMade =
    labelsOf(object)["kubernetes.io/bootstrapping"] !== undefined ||
    MADE_BY_ANNOTATION.some((key) => annotationsOf(object)[key] !== undefined) ||
    nameOf(object) === "kube-root-ca.crt";
  return !isControlled && !isToken && !isMade;
}

const MADE_BY_ANNOTATION = ["kubernetes.io/config.mirror", "apf.kubernetes.io/autoupdate-spec"];

/** Before this the cluster was still being made: to go back there would be to take it apart. */
export const wasComplete = (resources: readonly RewoundResource[]): boolean =>
  resources.some(
    ({ mapping, before }) =>
      mapping.resource === "serviceaccounts" && before.some((each) => nameOf(each) === "default"),
  );

/** Of the metadata, the server's own part. */
const BOOKKEEPING = [
  "managedFields",
  "resourceVersion",
  "uid",
  "generation",
  "creationTimestamp",
  "selfLink",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
];

/** What the cluster decides about an object of a kind, in its spec. */
const DECIDED: Readonly<Record<string, string>> = {
  Pod: "nodeName",
  PersistentVolumeClaim: "volumeName",
  PersistentVolume: "claimRef",
};

const BY_CONTROLLERS = /^(deployment|pv|volume)\.kubernetes\.io\//;

/** What people want of an object: all of it but its status and what the cluster notes and decides. */
function wish(object: ApiObject): ApiObject {
  const { status: _status, metadata: _metadata, ...rest } = object;
  const metadata = without(metadataOf(object), (key) => BOOKKEEPING.includes(key));
  const annotations = without(annotationsOf(object), (key) => BY_CONTROLLERS.test(key));
  if (Object.keys(annotations).length > 0) metadata["annotations"] = annotations;
  else delete metadata["annotations"];
  const decided = DECIDED[kindOf(object)];
  const wanted = { ...rest, metadata };
  return decided === undefined
    ? wanted
    : { ...wanted, spec: without(objectIn(object, "spec"), (key) => key === decided) };
}

const without = (object: ApiObject, isLeftOut: (key: string) => boolean): ApiObject =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !isLeftOut(key)));

/** Against the very state that the plan was made for; what the cluster decided meanwhile stays. */
function broughtBack(old: ApiObject, present: ApiObject): ApiObject {
  const { uid, resourceVersion } = metadataOf(present);
  const wanted = wish(old);
  const noted = without(annotationsOf(present), (key) => !BY_CONTROLLERS.test(key));
  const annotations = { ...objectIn(metadataOf(wanted), "annotations"), ...noted };
  const decided = DECIDED[kindOf(old)];
  const decision = decided === undefined ? undefined : objectIn(present, "spec")[decided];
  return {
    ...wanted,
    metadata: {
      ...metadataOf(wanted),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    ...(decided === undefined || decision === undefined
      ? {}
      : { spec: { ...objectIn(wanted, "spec"), [decided]: decision } }),
    ...(present["status"] === undefined ? {} : { status: present["status"] }),
  };
}

/** As its maker sent it. A volume stays reserved for the claim of that name, which is another one now. */
function recreated(old: ApiObject): ApiObject {
  const wanted = wish(old);
  const { claimRef } = objectIn(old, "spec");
  if (kindOf(old) !== "PersistentVolume" || !isJsonObject(claimRef)) return wanted;
  const { uid: _uid, resourceVersion: _version, ...reserved } = claimRef;
  return { ...wanted, spec: { ...objectIn(wanted, "spec"), claimRef: reserved } };
}

const FIRST = [
  "customresourcedefinitions",
  "namespaces",
  "serviceaccounts",
  "configmaps",
  "secrets",
  "persistentvolumes",
  "persistentvolumeclaims",
  "services",
];

function rank({ do: what, mapping }: RewindAction): number {
  const index = FIRST.indexOf(mapping.resource);
  const order = index < 0 ? FIRST.length : index;
  return what === "delete" ? 100 - order : order;
}
