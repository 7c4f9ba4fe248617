import type { Client } from "../../client/client.ts";
import type { CliContext } from "../context.ts";
import { ownedCluster } from "../owner/owner-connection.ts";

/** A node as the server's own list tells it. */
export interface PoolNode {
  readonly name: string;
  readonly state: "Running" | "Stopped";
  readonly podRange: string;
}

/** The nodes of a running cluster, as its owner changes them. */
export interface NodePoolClient extends Disposable {
  /** To the API, as the cluster's owner. */
  readonly client: Client;
  list(): Promise<readonly PoolNode[]>;
  /** The names of the new nodes, which are Ready. */
  add(count: number): Promise<readonly string[]>;
  remove(node: string): Promise<void>;
  stop(node: string): Promise<void>;
  start(node: string): Promise<void>;
}

export async function nodePoolOf(cluster: string, context: CliContext): Promise<NodePoolClient> {
  const owned = await ownedCluster(cluster, context);
  const send = (method: string, path: string): Promise<unknown> => owned.send(method, `/nodes${path}`);
  return {
    client: owned.client,
    // The server is this very program.
    list: async () => ((await send("GET", "")) as { nodes: readonly PoolNode[] }).nodes,
    add: async (count) => ((await send("POST", `?count=${count}`)) as { nodes: readonly string[] }).nodes,
    remove: async (node) => void (await send("DELETE", `/${encodeURIComponent(node)}`)),
    stop: async (node) => void (await send("POST", `/${encodeURIComponent(node)}/stop`)),
    start: async (node) => void (await send("POST", `/${encodeURIComponent(node)}/start`)),
    [Symbol.dispose]: () => owned[Symbol.dispose](),
  };
}
