import { UserError } from "../../lib/user-error.ts";

/** One node of a cluster, as its configuration keeps it. */
export interface NodeConfig {
  readonly name: string;
  /** Which share of the pod range is its own, from 0. */
  readonly index: number;
  /** Its owner has switched it off. */
  readonly isStopped?: true;
}

/** As many nodes as there is room for in the smallest of everything that counts them. */
const MOST_NODES = 250;

/** The first node is called as the cluster is, further ones with a number behind it. */
const nodeName = (cluster: string, index: number): string => (index === 0 ? cluster : `${cluster}-${index + 1}`);

/** `present` and so many more, in the places that are free. */
export function withMoreNodes(cluster: string, present: readonly NodeConfig[], count: number): readonly NodeConfig[] {
  const taken = new Set(present.map(({ index }) => index));
  const free = Array.from({ length: MOST_NODES }, (_, index) => index).filter((index) => !taken.has(index));
  if (free.length < count) {
    throw new UserError(`A cluster has at most ${MOST_NODES} nodes, and "${cluster}" has ${present.length}`, {
      hint: "Nodes that only simulate pods are not counted: kube node add --simulated 1000",
    });
  }
  return [...present, ...free.slice(0, count).map((index) => ({ name: nodeName(cluster, index), index }))];
}

/** A number stands for so many nodes: earlier versions wrote that. Throws what is wrong with anything else. */
export function parseNodes(value: unknown, cluster: string): readonly NodeConfig[] {
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= MOST_NODES) {
    return withMoreNodes(cluster, [], value);
  }
  if (!Array.isArray(value)) throw new Error(`"nodes" must be a list`);
  return value.map(parseNode);
}

function parseNode(value: unknown): NodeConfig {
  const { name, index, isStopped } = (typeof value === "object" && value !== null ? value : {}) as Partial<
    Record<keyof NodeConfig, unknown>
  >;
  if (typeof name !== "string" || name === "" || typeof index !== "number" || !Number.isInteger(index) || index < 0) {
    throw new Error(`each of "nodes" must have a "name" and an "index"`);
  }
  return { name, index, ...(isStopped === true ? { isStopped } : {}) };
}
