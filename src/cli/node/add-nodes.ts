import { isApiError } from "../../api/api-error.ts";
import { nodes } from "../../api/resources.ts";
import { SIMULATED_LABEL, simulatedNode } from "../../api/simulated-node.ts";
import type { Client } from "../../client/client.ts";
import { mapConcurrently } from "../../lib/map-concurrently.ts";
import type { CliContext } from "../context.ts";
import { nodePoolOf } from "./node-pool.ts";

interface AddOptions {
  /** Of the cluster. */
  readonly name: string;
  readonly count: number;
  readonly simulated?: number | undefined;
}

const PARALLEL_CREATIONS = 32;

export async function addNodes({ name, count, simulated }: AddOptions, context: CliContext): Promise<void> {
  using pool = await nodePoolOf(name, context);
  if (simulated !== undefined) {
    await addSimulatedNodes(pool.client, name, simulated);
    context.stdout.write(`Successfully added ${simulated} simulated nodes to ${name}\n`);
    return;
  }
  for (const node of await pool.add(count)) context.stdout.write(`Successfully added ${node} to ${name}\n`);
}

async function addSimulatedNodes(client: Client, cluster: string, count: number): Promise<void> {
  const present = await client.resource(nodes).list({ labelSelector: `${SIMULATED_LABEL}=true` });
  const taken = new Set(present.items.map(({ metadata }) => metadata.name));
  const names: string[] = [];
  for (let number = 1; names.length < count; number++) {
    const node = `${cluster}-simulated-${number}`;
    if (!taken.has(node)) names.push(node);
  }
  await mapConcurrently(names, PARALLEL_CREATIONS, async (node) => {
    try {
      await client.resource(nodes).create(simulatedNode(node));
    } catch (error) {
      // Somebody else adds nodes, too.
      if (!isApiError(error, "AlreadyExists")) throw error;
    }
  });
}
