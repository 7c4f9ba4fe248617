import { nodes } from "../../api/resources.ts";
import { isSimulated, withSwitch } from "../../api/simulated-node.ts";
import type { CliContext } from "../context.ts";
import { nodePoolOf, type NodePoolClient } from "./node-pool.ts";

export async function stopNode(node: string, cluster: string, context: CliContext): Promise<void> {
  using pool = await nodePoolOf(cluster, context);
  if (!(await switchSimulated(pool, node, false))) await pool.stop(node);
  context.stdout.write(`Successfully stopped node ${node}\n`);
}

export async function startNode(node: string, cluster: string, context: CliContext): Promise<void> {
  using pool = await nodePoolOf(cluster, context);
  if (!(await switchSimulated(pool, node, true))) await pool.start(node);
  context.stdout.write(`Successfully started node ${node}\n`);
}

/** False: the node is a real one. */
async function switchSimulated({ client }: NodePoolClient, name: string, isOn: boolean): Promise<boolean> {
  const node = await client.resource(nodes).find({ name });
  if (!node || !isSimulated(node)) return false;
  await client.resource(nodes).update(withSwitch(node, isOn));
  return true;
}
