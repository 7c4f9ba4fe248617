import type { Examined, NamedRejection } from "./fitting.ts";
import type { NodeState } from "./node-table.ts";
import type { Plugin } from "./plugin.ts";
import type { PodFacts } from "./pod-facts.ts";

/** What the local plugins say about one node for pods of one shape. */
export interface LocalAnswer {
  readonly version: number;
  readonly rejection: NamedRejection | undefined;
  /** Of each local plugin that scores, in order. */
  readonly values: readonly number[];
}

/** Of those that came last. */
const MOST_SHAPES = 16;

const NO_VALUES: readonly number[] = [];

/**
 * Remembers answers of local plugins. Pods mostly come in numbers that differ in their names only, and each of them changes one node: of
 * all others there is nothing new to say to the next one.
 */
export class LocalAnswers {
  readonly #byPlugins = new WeakMap<readonly Plugin[], Map<string, Map<NodeState, LocalAnswer>>>();

  /** Answers about nodes for a pod whose examinations are given. */
  of(pod: PodFacts, plugins: readonly Plugin[], examined: readonly Examined[]): (node: NodeState) => LocalAnswer {
    const local = examined.filter(({ isLocal }) => isLocal);
    const known = this.#known(plugins, podShape(pod));
    if (!known) return (node) => answer(local, node);
    return (node) => {
      const before = known.get(node);
      if (before?.version === node.version) return before;
      const now = answer(local, node);
      known.set(node, now);
      return now;
    };
  }

  /** Undefined for a shape that was not seen before: it may be the only pod of it. */
  #known(plugins: readonly Plugin[], shape: string): Map<NodeState, LocalAnswer> | undefined {
    const shapes = this.#byPlugins.get(plugins) ?? new Map<string, Map<NodeState, LocalAnswer>>();
    this.#byPlugins.set(plugins, shapes);
    const known = shapes.get(shape);
    shapes.delete(shape);
    shapes.set(shape, known ?? new Map<NodeState, LocalAnswer>());
    const [oldest] = shapes.keys();
    if (oldest !== undefined && shapes.size > MOST_SHAPES) shapes.delete(oldest);
    return known;
  }
}

function answer(local: readonly Examined[], node: NodeState): LocalAnswer {
  for (const { name, examination } of local) {
    const rejection = examination.filter?.(node);
    if (rejection) return { version: node.version, rejection: { name, rejection }, values: NO_VALUES };
  }
  const values: number[] = [];
  for (const { examination } of local) {
    const { perNode } = examination.score ?? {};
    if (perNode) values.push(perNode.valueOf(node));
  }
  return { version: node.version, rejection: undefined, values };
}

/** All that local plugins look at. */
function podShape({ pod: { spec }, requests, assumedUse, hostPorts }: PodFacts): string {
  const { nodeSelector, affinity, tolerations } = spec ?? {};
  const { others, ...amounts } = requests;
  return JSON.stringify([
    nodeSelector,
    affinity?.nodeAffinity,
    tolerations,
    amounts,
    [...others],
    assumedUse,
    hostPorts,
  ]);
}
