import type { Container, ObjectReference, Pod } from "../../api/types/core-v1.ts";

/** A pod in the kubelet's messages. */
export function podText({ metadata: { name, namespace, uid } }: Readonly<Pod>): string {
  return `${name}_${namespace}(${uid})`;
}

export function podReference({ apiVersion, kind, metadata }: Readonly<Pod>): ObjectReference {
  const { name, namespace, uid, resourceVersion } = metadata;
  return { apiVersion, kind, name, namespace, uid, resourceVersion };
}

/** How events name a container: the pod, and where in its spec. */
export function containerReference(pod: Readonly<Pod>, { name }: Pick<Container, "name">): ObjectReference {
  const { spec } = pod;
  const isNamed = (container: { readonly name: string }): boolean => container.name === name;
  const list = spec?.initContainers?.some(isNamed)
    ? "initContainers"
    : spec?.ephemeralContainers?.some(isNamed)
      ? "ephemeralContainers"
      : "containers";
  return { ...podReference(pod), fieldPath: `spec.${list}{${name}}` };
}
