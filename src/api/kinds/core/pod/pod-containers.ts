import { at, child } from "../../../field-errors.ts";
import type { Container, EphemeralContainer, PodSpec } from "../../../types/core-v1.ts";

/** Every container of a pod with its path, in the order upstream visits them. */
export function containersWithPaths(
  spec: PodSpec,
  path: string,
): { readonly container: Container | EphemeralContainer; readonly path: string }[] {
  const lists = [
    { name: "initContainers", list: spec.initContainers },
    { name: "containers", list: spec.containers },
    { name: "ephemeralContainers", list: spec.ephemeralContainers },
  ];
  return lists.flatMap(({ name, list = [] }) =>
    list.map((container, index) => ({ container, path: at(child(path, name), index) })),
  );
}
