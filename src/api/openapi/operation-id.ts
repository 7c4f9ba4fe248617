import type { GroupVersionKind } from "../schema/schema.ts";

/** What an operation is about. */
export interface OperationSubject {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly subresource: string;
  readonly scope: "namespace" | "cluster" | "all namespaces";
  /** The kind of a subresource's body where it is another: Scale, Binding, PodExecOptions. */
  readonly subject?: GroupVersionKind;
  /** The definition of the body and the answer. */
  readonly definition: string;
  /** Of lists of them. */
  readonly listDefinition: string;
}

/** `readAppsV1NamespacedDeploymentScale`: names that generated clients have as methods. */
export function operationId(
  verb: string,
  subject: OperationSubject,
  parts: { before?: string; after?: string } = {},
): string {
  const { kind, subresource, scope } = subject;
  const namespaced = scope === "namespace" ? "Namespaced" : "";
  const everywhere = scope === "all namespaces" ? "ForAllNamespaces" : "";
  const { before = "", after = "" } = parts;
  return `${verb}${groupVersionName(subject)}${before}${namespaced}${kind}${capital(subresource)}${after}${everywhere}`;
}

/** `rbac.authorization.k8s.io`, `v1` -> `RbacAuthorizationV1`. */
export const groupVersionName = ({ group, version }: { readonly group: string; readonly version: string }): string =>
  groupName(group) + capital(version);

export const groupName = (group: string): string =>
  group === ""
    ? "Core"
    : group
        .replace(/\.k8s\.io$/, "")
        .split(".")
        .map(capital)
        .join("");

/** `core_v1`, `rbacAuthorization_v1`: how documents group operations. */
export function tagOf({ group, version }: { readonly group: string; readonly version?: string }): string {
  const name = groupName(group);
  const start = name.charAt(0).toLowerCase() + name.slice(1);
  return version === undefined ? start : `${start}_${version}`;
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
