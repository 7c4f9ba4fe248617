import { isClusterScoped } from "./known-kinds.ts";

/** Group, version and kind; as a selector, what is empty matches everything. */
export interface Gvk {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** What kustomize knows a resource by. */
export interface ResourceId extends Gvk {
  readonly name: string;
  readonly namespace: string;
  /** Only of kinds that certainly belong to no namespace; a kind of the user's own might. */
  readonly isClusterScoped: boolean;
}

export function gvkOf(apiVersion: string, kind: string): Gvk {
  const slash = apiVersion.indexOf("/");
  return { group: slash < 0 ? "" : apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1), kind };
}

export const apiVersionOfGvk = ({ group, version }: Gvk): string => (group === "" ? version : `${group}/${version}`);

export const resourceId = (gvk: Gvk, name: string, namespace: string): ResourceId => ({
  group: gvk.group,
  version: gvk.version,
  kind: gvk.kind,
  name,
  namespace,
  isClusterScoped: isClusterScoped(apiVersionOfGvk(gvk), gvk.kind),
});

/** The namespace of what belongs to none. */
export const NO_NAMESPACE = "_non_namespaceable_";

export function effectiveNamespace({ isClusterScoped: isCluster, namespace }: ResourceId): string {
  if (isCluster) return NO_NAMESPACE;
  return namespace === "" ? "default" : namespace;
}

export const isSameNamespace = (left: ResourceId, right: ResourceId): boolean =>
  effectiveNamespace(left) === effectiveNamespace(right);

export const isSameGvk = (left: Gvk, right: Gvk): boolean =>
  left.group === right.group && left.version === right.version && left.kind === right.kind;

export const isSameId = (left: ResourceId, right: ResourceId): boolean =>
  isSameNamespace(left, right) && left.name === right.name && isSameGvk(left, right);

export const isSelected = (gvk: Gvk, selector: Partial<Gvk>): boolean =>
  matches(gvk.group, selector.group) && matches(gvk.version, selector.version) && matches(gvk.kind, selector.kind);

const matches = (value: string, wanted: string | undefined): boolean =>
  wanted === undefined || wanted === "" || wanted === value;

/** `Deployment.v1.apps/web.[noNs]`, as messages show it. */
export function idText({ name, namespace, ...gvk }: ResourceId): string {
  return `${gvkText(gvk)}/${name || "[noName]"}.${namespace || "[noNs]"}`;
}

export const gvkText = ({ group, version, kind }: Partial<Gvk>): string =>
  `${kind || "[noKind]"}.${version || "[noVer]"}.${group || "[noGrp]"}`;

/** As Go shows the struct, which some messages do. */
export const goIdText = ({ group, version, kind, isClusterScoped: isCluster, name, namespace }: ResourceId): string =>
  `resid.ResId{Gvk:resid.Gvk{Group:${JSON.stringify(group)}, Version:${JSON.stringify(version)}, Kind:${JSON.stringify(kind)}, isClusterScoped:${String(isCluster)}}, Name:${JSON.stringify(name)}, Namespace:${JSON.stringify(namespace)}}`;

/** Kinds that others need come first, and those that can stop everything last. */
export const ORDER_FIRST = [
  "Namespace",
  "ResourceQuota",
  "StorageClass",
  "CustomResourceDefinition",
  "ServiceAccount",
  "PodSecurityPolicy",
  "Role",
  "ClusterRole",
  "RoleBinding",
  "ClusterRoleBinding",
  "ConfigMap",
  "Secret",
  "Endpoints",
  "Service",
  "LimitRange",
  "PriorityClass",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "Deployment",
  "StatefulSet",
  "CronJob",
  "PodDisruptionBudget",
];
export const ORDER_LAST = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

export function kindRank(kind: string, first: readonly string[], last: readonly string[]): number {
  const atEnd = last.lastIndexOf(kind);
  if (atEnd >= 0) return 1 + atEnd;
  const atStart = first.lastIndexOf(kind);
  return atStart < 0 ? 0 : atStart - first.length;
}

export const gvkSortText = ({ group, version, kind }: Partial<Gvk>): string =>
  `${group || "~G"}_${version || "~V"}_${kind || "~K"}`;
