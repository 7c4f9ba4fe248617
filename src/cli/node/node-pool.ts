import { createClient, type Client } from "../../client/client.ts";
import { HttpsTransport } from "../../client/https-transport.ts";
import { adminKubeconfigEntry } from "../../cluster/access/admin-access.ts";
import { type DataDirectory, dataDirectory, kubeHome } from "../../cluster/config/data-directory.ts";
import { runningServer } from "../../cluster/process/server-record.ts";
import { UserError } from "../../lib/user-error.ts";
import { kubeVersion } from "../../lib/version.ts";
import type { CliContext } from "../context.ts";

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
  const directory = dataDirectory(cluster, kubeHome(context.env));
  const transport = new HttpsTransport(await ownersConnection(directory), context.clock);
  const send = async (method: string, path: string): Promise<unknown> =>
    await (await transport.raw({ method, path: `/kube/nodes${path}`, signal: context.signal })).json();
  return {
    client: createClient(transport),
    // The server is this very program.
    list: async () => ((await send("GET", "")) as { nodes: readonly PoolNode[] }).nodes,
    add: async (count) => ((await send("POST", `?count=${count}`)) as { nodes: readonly string[] }).nodes,
    remove: async (node) => void (await send("DELETE", `/${encodeURIComponent(node)}`)),
    stop: async (node) => void (await send("POST", `/${encodeURIComponent(node)}/stop`)),
    start: async (node) => void (await send("POST", `/${encodeURIComponent(node)}/start`)),
    [Symbol.dispose]: () => transport[Symbol.dispose](),
  };
}

async function ownersConnection(directory: DataDirectory) {
  const entry = await adminKubeconfigEntry(directory);
  if ((await runningServer(directory))?.state !== "running") {
    throw new UserError(`Cluster "${directory.cluster}" is not running`, {
      hint: `Start it: kube start --name ${directory.cluster}`,
    });
  }
  return {
    server: entry.server,
    caPem: entry.ca,
    clientCertificatePem: entry.clientCertificate,
    clientKeyPem: entry.clientKey,
    userAgent: `kube/${kubeVersion}`,
  };
}
