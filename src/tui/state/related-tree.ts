import { podReferences } from "../../api/pod-references.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import { feedKey, type FeedRow, type FeedSelection } from "../../feeds/feed.ts";
import { isOwnedBy, ownedSelections } from "../../feeds/owned-resources.ts";
import { type DashboardResource, type ObjectAddress, qualifiedName, resourceOfKind } from "../../feeds/resource.ts";
import { rowHealth } from "../../feeds/row-health.ts";
import { objectIn, objectsIn, textIn } from "../../feeds/table-rows.ts";
import { isJsonObject, type JsonObject } from "../../lib/json/json-value.ts";
import { coreResource, objectSelection } from "./screens.ts";
import type { ObjectScreen, State } from "./state.ts";

/** A line of the tree of what an object belongs to, consists of and uses, or of what uses it. */
export interface RelatedLine {
  readonly depth: number;
  /** How it is related to the line above it, at the first of its sort. */
  readonly heading?: string | undefined;
  readonly text: string;
  readonly tone: "plain" | "faint" | "bad" | "pending";
  readonly target?: { readonly address: ObjectAddress; readonly uid: string } | undefined;
}

/** What pods refer to by name: whoever looks at one of these wants to know the pods. */
const USED_BY_PODS: ReadonlySet<string> = new Set([
  "configmaps",
  "secrets",
  "serviceaccounts",
  "persistentvolumeclaims",
]);

/** What has to be followed for the tree of an object. */
export function relatedSelections(state: State, { address }: ObjectScreen): readonly FeedSelection[] {
  const { namespace } = address;
  const name = qualifiedName(address.resource);
  const pods = coreResource(state.resources, "pods");
  const owner = ownerOf(state, address);
  return [
    ...allOwned(state, address),
    ...(pods && USED_BY_PODS.has(name) ? [{ resource: pods, namespace, withObjects: true }] : []),
    ...(pods && name === "services" ? selectedPods(state, address, pods) : []),
    ...(pods && name === "nodes" ? [{ resource: pods, fieldSelector: `spec.nodeName=${address.name}` }] : []),
    ...(owner ? [objectSelection(owner.address)] : []),
  ];
}

/** Of a resource and, below it, of what it owns. */
function allOwned(state: State, address: ObjectAddress): readonly FeedSelection[] {
  return ownedSelections(state.resources, address).flatMap((selection) => [
    selection,
    ...allOwned(state, { ...address, resource: selection.resource }),
  ]);
}

function objectOf({ feeds }: State, address: ObjectAddress): JsonObject {
  return feeds[feedKey(objectSelection(address))]?.rows[0]?.object ?? {};
}

function selectedPods(state: State, address: ObjectAddress, pods: DashboardResource): readonly FeedSelection[] {
  const selector = objectIn(objectIn(objectOf(state, address), "spec"), "selector");
  const labelSelector = Object.entries(selector)
    .map(([key, value]) => `${key}=${typeof value === "string" ? value : ""}`)
    .join(",");
  return labelSelector === "" ? [] : [{ resource: pods, namespace: address.namespace, labelSelector }];
}

interface Owner {
  readonly address: ObjectAddress;
  readonly uid: string;
  readonly kind: string;
}

/** Who controls an object, or owns it; of a kind that the server has. */
export function ownerIn(
  resources: readonly DashboardResource[],
  object: JsonObject,
  namespace: string | undefined,
): Owner | undefined {
  const references = objectsIn(objectIn(object, "metadata"), "ownerReferences");
  const reference = references.find((each) => each["controller"] === true) ?? references[0];
  const resource = reference && resourceOfKind(resources, textIn(reference, "apiVersion"), textIn(reference, "kind"));
  if (!reference || !resource) return undefined;
  const address = { resource, namespace: resource.namespaced ? namespace : undefined, name: textIn(reference, "name") };
  return { address, uid: textIn(reference, "uid"), kind: textIn(reference, "kind") };
}

const ownerOf = (state: State, address: ObjectAddress): Owner | undefined =>
  ownerIn(state.resources, objectOf(state, address), address.namespace);

/** The tree as it is known now: owners above, the object, what it owns below it, what it uses, and what uses it. */
export function relatedTree(state: State, screen: ObjectScreen): readonly RelatedLine[] {
  const { address, uid } = screen;
  const object = objectOf(state, address);
  const owner = ownerOf(state, address);
  const above = owner ? ownerIn(state.resources, objectOf(state, owner.address), address.namespace) : undefined;
  const owners = [above, owner].filter((each) => each !== undefined);
  const depth = owners.length;
  return [
    ...owners.map((each, at) => ownerLine(each, at)),
    { depth, text: `${address.resource.kind}/${address.name}  (this)`, tone: "faint" },
    ...ownedLines(state, screen, { resource: address.resource, uid, depth: depth + 1 }),
    ...selectionLines(state, screen, depth + 1),
    ...usedLines(state, address, object, depth + 1),
    ...userLines(state, address, depth + 1),
  ];
}

const ownerLine = ({ address, uid, kind }: Owner, depth: number): RelatedLine => ({
  depth,
  text: `${kind}/${address.name}`,
  tone: "plain",
  target: { address, uid },
});

function ownedLines(
  state: State,
  screen: ObjectScreen,
  parent: { readonly resource: DashboardResource; readonly uid: string; readonly depth: number },
): readonly RelatedLine[] {
  return ownedSelections(state.resources, { ...screen.address, resource: parent.resource }).flatMap((selection) => {
    const { resource } = selection;
    const content = state.feeds[feedKey(selection)];
    return (content?.rows ?? [])
      .filter(({ object }) => isOwnedBy(object, parent.uid))
      .flatMap((row) => [
        rowLine(row, resource, { depth: parent.depth, columns: content?.columns ?? [] }),
        ...ownedLines(state, screen, { resource, uid: row.uid, depth: parent.depth + 1 }),
      ]);
  });
}

/** The pods that a Service or a Node has. */
function selectionLines(state: State, { address }: ObjectScreen, depth: number): readonly RelatedLine[] {
  const pods = coreResource(state.resources, "pods");
  const name = qualifiedName(address.resource);
  if (!pods) return [];
  const selections =
    name === "services"
      ? selectedPods(state, address, pods)
      : name === "nodes"
        ? [{ resource: pods, fieldSelector: `spec.nodeName=${address.name}` }]
        : [];
  return selections.flatMap((selection) => {
    const content = state.feeds[feedKey(selection)];
    return (content?.rows ?? []).map((row, at) => ({
      ...rowLine(row, pods, { depth, columns: content?.columns ?? [] }),
      heading: at === 0 ? (name === "nodes" ? "runs" : "selects") : undefined,
    }));
  });
}

const TONES = { good: "plain", done: "faint", pending: "pending", leaving: "pending", bad: "bad" } as const;

function rowLine(
  row: FeedRow,
  resource: DashboardResource,
  { depth, columns }: { readonly depth: number; readonly columns: Parameters<typeof rowHealth>[1] },
): RelatedLine {
  const cells = row.cells
    .slice(1)
    .filter((_, at) => columns[at + 1]?.priority === 0 && columns[at + 1]?.name !== "Age");
  return {
    depth,
    text: `${resource.kind}/${row.name}  ${cells.join("  ")}`.trimEnd(),
    tone: TONES[rowHealth(row, columns)],
    target: { address: { resource, namespace: row.namespace, name: row.name }, uid: row.uid },
  };
}

/** What a pod, or the pods of a template, draw from. */
function usedLines(state: State, address: ObjectAddress, object: JsonObject, depth: number): readonly RelatedLine[] {
  const pod = podIn(object);
  if (!pod) return [];
  const { configMaps, secrets } = podReferences(pod);
  const spec = objectIn(object, "spec");
  const node = textIn(spec, "nodeName");
  const used = [
    ...named("nodes", node === "" ? [] : [node]),
    ...named("serviceaccounts", pod.spec?.serviceAccountName ? [pod.spec.serviceAccountName] : []),
    ...named("configmaps", [...configMaps]),
    ...named("secrets", [...secrets]),
    ...named("persistentvolumeclaims", claimsOf(pod)),
  ];
  return used.flatMap(({ resource: plural, name }, at): readonly RelatedLine[] => {
    const resource = coreResource(state.resources, plural);
    if (!resource) return [];
    const target = { resource, namespace: resource.namespaced ? address.namespace : undefined, name };
    return [
      {
        depth,
        heading: at === 0 ? "uses" : undefined,
        text: `${resource.kind}/${name}`,
        tone: "plain",
        target: { address: target, uid: "" },
      },
    ];
  });
}

const named = (resource: string, names: readonly string[]) => names.toSorted().map((name) => ({ resource, name }));

/** A pod itself, or the template of a workload. */
function podIn(object: JsonObject): Pod | undefined {
  const spec = objectIn(object, "spec");
  const template = isJsonObject(spec["jobTemplate"])
    ? objectIn(objectIn(objectIn(spec, "jobTemplate"), "spec"), "template")
    : objectIn(spec, "template");
  const pod = Array.isArray(spec["containers"]) ? object : template;
  // Parse edge: what has containers in its spec is a pod, or a template of one.
  return Array.isArray(objectIn(pod, "spec")["containers"]) ? (pod as unknown as Pod) : undefined;
}

const claimsOf = ({ spec }: Pod): readonly string[] =>
  (spec?.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);

/** The pods that draw from a ConfigMap, Secret, claim or account. */
function userLines(state: State, { resource, namespace, name }: ObjectAddress, depth: number): readonly RelatedLine[] {
  const pods = coreResource(state.resources, "pods");
  const used = qualifiedName(resource);
  if (!pods || !USED_BY_PODS.has(used)) return [];
  const content = state.feeds[feedKey({ resource: pods, namespace, withObjects: true })];
  const users = (content?.rows ?? []).filter(({ object }) => {
    const pod = podIn(object);
    if (!pod) return false;
    const { configMaps, secrets } = podReferences(pod);
    if (used === "configmaps") return configMaps.has(name);
    if (used === "secrets") return secrets.has(name);
    if (used === "serviceaccounts") return pod.spec?.serviceAccountName === name;
    return claimsOf(pod).includes(name);
  });
  if (users.length === 0 && content?.status.kind === "live")
    return [{ depth, heading: "used by", text: "no pod", tone: "faint" }];
  return users.map((row, at) => ({
    ...rowLine(row, pods, { depth, columns: content?.columns ?? [] }),
    heading: at === 0 ? "used by" : undefined,
  }));
}
