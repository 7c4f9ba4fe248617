import type { Container, PodSpec } from "../../../api/types/core-v1.ts";
import type { ObjectMeta } from "../../../api/types/meta-v1.ts";

/** What a pod, or the template of one, is looked at for. */
export interface CheckedPod {
  readonly metadata: Pick<ObjectMeta, "annotations">;
  readonly spec: PodSpec;
}

/** Why a pod does not pass: a short reason, and what of the pod it is about. */
export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

export type CheckPod = (pod: CheckedPod) => Violation | undefined;

/** One rule of the pod security standards. */
export interface Check {
  readonly id: string;
  /** By the first minor version they hold for, ascending. */
  readonly versions: readonly (readonly [since: number, check: CheckPod])[];
  /** Rules of the baseline that this one replaces. */
  readonly overrides?: readonly string[];
}

export type CheckedContainer = Pick<
  Container,
  "name" | "securityContext" | "ports" | "livenessProbe" | "readinessProbe" | "startupProbe" | "lifecycle"
>;

export const containersOf = ({ spec }: CheckedPod): readonly CheckedContainer[] => [
  ...(spec.initContainers ?? []),
  ...spec.containers,
  ...(spec.ephemeralContainers ?? []),
];

export const quotedList = (items: readonly string[]): string => `"${items.join('", "')}"`;

export const sortedSet = (items: readonly string[]): readonly string[] => [...new Set(items)].toSorted();

export const plural = (count: number, one: string, many = `${one}s`): string => (count === 1 ? one : many);

export const named = (containers: readonly { readonly name: string }[]): string =>
  `${plural(containers.length, "container")} ${quotedList(containers.map(({ name }) => name))}`;

/** `pod and containers "a", "b"`: who says what must not be said. Empty when nobody does. */
export function settersOf(isPod: boolean, containers: readonly { readonly name: string }[]): string {
  return [...(isPod ? ["pod"] : []), ...(containers.length > 0 ? [named(containers)] : [])].join(" and ");
}

/** From 1.35 on, what root may do in a user namespace of its own is not held against a pod. */
export const unlessUserNamespace =
  (check: CheckPod): CheckPod =>
  (pod) =>
    pod.spec.hostUsers === false ? undefined : check(pod);

export const unlessWindows =
  (check: CheckPod): CheckPod =>
  (pod) =>
    pod.spec.os?.name === "windows" ? undefined : check(pod);
