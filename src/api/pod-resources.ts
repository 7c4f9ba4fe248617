/**
 * What a pod asks for and may use in all: the sum of its containers, or the largest step of its initialisation when that is more,
 * with its own resources and overhead (upstream's component-helpers/resource). One implementation, because the scheduler, the
 * node agent, quotas and describe must agree.
 */
import { type Amount, addQuantities, maxQuantity, parseQuantity } from "./quantity.ts";
import type { Container, Pod, PodSpec } from "./types/core-v1.ts";
import type { Quantity } from "./types/meta-v1.ts";

/** By resource name: `cpu`, `memory`, `nvidia.com/gpu`. */
export type Amounts = Readonly<Record<string, Amount>>;

/** What a node must have free for the pod. */
export function podRequests({ spec }: Pick<Pod, "spec">): Amounts {
  if (!spec) return {};
  const requests = { ...containerRequests(spec), ...podLevel(spec.resources?.requests) };
  return summed(requests, amounts(spec.overhead));
}

/** What the pod may use; resources without a limit are absent. */
export function podLimits({ spec }: Pick<Pod, "spec">): Amounts {
  if (!spec) return {};
  const limits = { ...containerLimits(spec), ...podLevel(spec.resources?.limits) };
  // Overhead raises a limit but makes none.
  const overhead = Object.entries(amounts(spec.overhead)).filter(([name]) => limits[name] !== undefined);
  return summed(limits, Object.fromEntries(overhead));
}

/** Of the containers alone, without what the pod says itself. */
export const containerRequests = (spec: PodSpec): Amounts =>
  aggregated(spec, ({ resources }) => amounts(resources?.requests));

export const containerLimits = (spec: PodSpec): Amounts =>
  aggregated(spec, ({ resources }) => amounts(resources?.limits));

/** Whether a pod, not only a container, can ask for it. */
export const isPodLevelResource = (name: string): boolean =>
  name === "cpu" || name === "memory" || name.startsWith("hugepages-");

/** Init containers that go on running beside the others: sidecars. */
export const isSidecar = ({ restartPolicy }: Container): boolean => restartPolicy === "Always";

export const amounts = (list: Readonly<Record<string, Quantity>> | undefined): Amounts =>
  Object.fromEntries(Object.entries(list ?? {}).map(([name, quantity]) => [name, parseQuantity(quantity)]));

function aggregated({ containers, initContainers = [] }: PodSpec, of: (container: Container) => Amounts): Amounts {
  const sidecars = initContainers.filter(isSidecar).map(of);
  const running = [...containers.map(of), ...sidecars].reduce(summed, {});
  return larger(running, largestInitialisation(initContainers, of));
}

/** An init container runs beside the sidecars that stand before it. */
function largestInitialisation(initContainers: readonly Container[], of: (container: Container) => Amounts): Amounts {
  let sidecars: Amounts = {};
  let largest: Amounts = {};
  for (const container of initContainers) {
    const step = summed(sidecars, of(container));
    if (isSidecar(container)) sidecars = step;
    largest = larger(largest, step);
  }
  return largest;
}

const podLevel = (list: Readonly<Record<string, Quantity>> | undefined): Amounts =>
  Object.fromEntries(Object.entries(amounts(list)).filter(([name]) => isPodLevelResource(name)));

const summed = (a: Amounts, b: Amounts): Amounts => merged(a, b, addQuantities);

const larger = (a: Amounts, b: Amounts): Amounts => merged(a, b, maxQuantity);

function merged(a: Amounts, b: Amounts, combine: (left: Amount, right: Amount) => Amount): Amounts {
  const result: Record<string, Amount> = { ...a };
  for (const [name, right] of Object.entries(b)) {
    const left = a[name];
    result[name] = left ? combine(left, right) : right;
  }
  return result;
}
