import type { PodIdentity } from "../runtime.ts";

/**
 * How objects of the engine say what they are. The `io.kubernetes` names are the ones every Docker-based kubelet used, so
 * tools that know them find our containers too.
 */
export const LABEL = {
  cluster: "kube.cluster",
  node: "kube.node",
  type: "kube.type",
  attempt: "kube.attempt",
  ip: "kube.ip",
  podName: "io.kubernetes.pod.name",
  podNamespace: "io.kubernetes.pod.namespace",
  podUid: "io.kubernetes.pod.uid",
  containerName: "io.kubernetes.container.name",
  sandboxId: "io.kubernetes.sandbox.id",
} as const;

export type ObjectType = "sandbox" | "container";

/** Whose objects these are: one engine may serve several clusters, and several nodes of one. */
export interface Owner {
  readonly cluster: string;
  readonly node: string;
}

type Labels = Readonly<Record<string, string>>;

const OWN_LABELS = new Set<string>(Object.values(LABEL));

export function identityLabels(owner: Owner, pod: PodIdentity, type: ObjectType, attempt: number): Labels {
  return {
    [LABEL.cluster]: owner.cluster,
    [LABEL.node]: owner.node,
    [LABEL.type]: type,
    [LABEL.attempt]: String(attempt),
    [LABEL.podName]: pod.name,
    [LABEL.podNamespace]: pod.namespace,
    [LABEL.podUid]: pod.uid,
  };
}

/** Undefined when the labels are not those of a pod's object. */
export function podOfLabels(labels: Labels): PodIdentity | undefined {
  const [uid, name, namespace] = [labels[LABEL.podUid], labels[LABEL.podName], labels[LABEL.podNamespace]];
  return uid !== undefined && name !== undefined && namespace !== undefined ? { uid, name, namespace } : undefined;
}

/** The labels that the agent gave. */
export function foreignLabels(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !OWN_LABELS.has(name)));
}

/** The engine's filter for objects of one cluster, or of one node of it. */
export function labelFilter(owner: { readonly cluster: string; readonly node?: string }, ...more: string[]): string[] {
  return [
    `${LABEL.cluster}=${owner.cluster}`,
    ...(owner.node === undefined ? [] : [`${LABEL.node}=${owner.node}`]),
    ...more,
  ];
}

/** A readable and unique name: `kube-dev_web_web-0_default_<uid>_0`, as the kubelet named its Docker containers. */
export function objectName(cluster: string, container: string, pod: PodIdentity, attempt: number): string {
  return [`kube-${cluster}`, container, pod.name, pod.namespace, pod.uid, attempt].join("_");
}
