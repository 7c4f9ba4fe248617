import { amounts, podRequests, type Amounts } from "../api/pod-resources.ts";
import { quantityMilliValue, quantityValue } from "../api/quantity.ts";
import type { Node, Pod } from "../api/types/core-v1.ts";

/** Amounts as plain numbers, because they are added and compared for every pod on every node. */
export interface Resources {
  readonly milliCpu: number;
  readonly memoryBytes: number;
  readonly ephemeralStorageBytes: number;
  /** Extended resources and huge pages. */
  readonly others: ReadonlyMap<string, number>;
}

/** What a pod that asks for nothing is taken to use when nodes are compared: upstream's numbers. */
const DEFAULT_MILLI_CPU = 100;
const DEFAULT_MEMORY_BYTES = 200 * 1024 * 1024;

const OWN_FIELDS: ReadonlySet<string> = new Set(["cpu", "memory", "ephemeral-storage", "pods"]);

export function requestsOf(pod: Pod): Resources {
  return asNumbers(podRequests(pod));
}

export function allocatableOf({ status }: Node): Resources & { readonly pods: number } {
  const allocatable = amounts(status?.allocatable);
  const { pods } = allocatable;
  return { ...asNumbers(allocatable), pods: pods ? Number(quantityValue(pods)) : 0 };
}

/** The cpu and memory that count for the comparison of nodes. */
export function assumedUse(pod: Pod, requests: Resources): Pick<Resources, "milliCpu" | "memoryBytes"> {
  const asksFor = (name: string): boolean =>
    pod.spec?.containers.some(({ resources }) => resources?.requests?.[name] !== undefined) ?? false;
  return {
    milliCpu: asksFor("cpu") ? requests.milliCpu : Math.max(requests.milliCpu, DEFAULT_MILLI_CPU),
    memoryBytes: asksFor("memory") ? requests.memoryBytes : Math.max(requests.memoryBytes, DEFAULT_MEMORY_BYTES),
  };
}

function asNumbers(list: Amounts): Resources {
  const { cpu, memory, "ephemeral-storage": ephemeralStorage } = list;
  const others = Object.entries(list).filter(([name]) => !OWN_FIELDS.has(name));
  return {
    milliCpu: cpu ? Number(quantityMilliValue(cpu)) : 0,
    memoryBytes: memory ? Number(quantityValue(memory)) : 0,
    ephemeralStorageBytes: ephemeralStorage ? Number(quantityValue(ephemeralStorage)) : 0,
    others:
      others.length === 0 ? NOTHING : new Map(others.map(([name, amount]) => [name, Number(quantityValue(amount))])),
  };
}

const NOTHING: ReadonlyMap<string, number> = new Map();
