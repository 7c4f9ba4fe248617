import { nodes } from "../../api/resources.ts";
import { isSimulated, SIMULATED_LABEL } from "../../api/simulated-node.ts";
import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";
import { nodePoolOf } from "./node-pool.ts";

interface DeleteOptions {
  /** Of the cluster. */
  readonly name: string;
  readonly simulated?: boolean | undefined;
}

export async function deleteNodes(
  node: string | undefined,
  { name, simulated }: DeleteOptions,
  context: CliContext,
): Promise<void> {
  if ((node === undefined) === (simulated !== true)) {
    throw new UserError("Name the node to delete, or say --simulated for all that only pretend to run pods", {
      exitCode: 64,
    });
  }
  using pool = await nodePoolOf(name, context);
  const resource = pool.client.resource(nodes);
  if (node === undefined) {
    const labelSelector = `${SIMULATED_LABEL}=true`;
    const { items } = await resource.list({ labelSelector });
    await resource.deleteCollection({ labelSelector });
    context.stdout.write(`${items.length} simulated nodes were successfully deleted\n`);
    return;
  }
  const found = await resource.find({ name: node });
  if (found && isSimulated(found)) await resource.delete({ name: node });
  else await pool.remove(node);
  context.stdout.write(`Node ${node} was successfully deleted\n`);
}
