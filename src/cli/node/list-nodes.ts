import { nodes } from "../../api/resources.ts";
import { isSimulated, isSwitchedOff } from "../../api/simulated-node.ts";
import type { Node } from "../../api/types/core-v1.ts";
import type { CliContext } from "../context.ts";
import { TabWriter } from "../printers/tab-writer.ts";
import { nodePoolOf, type PoolNode } from "./node-pool.ts";

interface ListedNode {
  readonly name: string;
  readonly kind: "Real" | "Simulated";
  readonly state: "Running" | "Stopped";
  /** What the API says of it: Ready, NotReady, Unknown. */
  readonly status: string;
  readonly podRange: string;
}

export async function listNodes(
  { name, output }: { readonly name: string; readonly output?: "json" | undefined },
  context: CliContext,
): Promise<void> {
  using pool = await nodePoolOf(name, context);
  const [real, { items }] = await Promise.all([pool.list(), pool.client.resource(nodes).list()]);
  const listed = listedNodes(real, items);
  if (output === "json") context.stdout.write(`${JSON.stringify(listed, undefined, 2)}\n`);
  else {
    const table = new TabWriter((text) => context.stdout.write(text));
    table.write("NAME\tKIND\tSTATE\tSTATUS\tPOD-RANGE\n");
    for (const { name: node, kind, state, status, podRange } of listed) {
      table.write(`${[node, kind, state, status, podRange || "<none>"].join("\t")}\n`);
    }
    table.flush();
  }
}

function listedNodes(real: readonly PoolNode[], registered: readonly Node[]): ListedNode[] {
  const statusOf = (name: string): string => readiness(registered.find(({ metadata }) => metadata.name === name));
  return [
    ...real.map((node): ListedNode => ({ ...node, kind: "Real", status: statusOf(node.name) })),
    ...registered.filter(isSimulated).map((node): ListedNode => ({
      name: node.metadata.name ?? "",
      kind: "Simulated",
      state: isSwitchedOff(node) ? "Stopped" : "Running",
      status: readiness(node),
      podRange: node.spec?.podCIDR ?? "",
    })),
  ];
}

function readiness(node: Node | undefined): string {
  const ready = node?.status?.conditions?.find(({ type }) => type === "Ready");
  if (!ready) return "Unknown";
  return ready.status === "True" ? "Ready" : "NotReady";
}
