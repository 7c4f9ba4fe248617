import { type Client, createClient } from "../../client/client.ts";
import { HttpsTransport } from "../../client/https-transport.ts";
import { adminKubeconfigEntry } from "../../cluster/access/admin-access.ts";
import { type DataDirectory, dataDirectory, kubeHome } from "../../cluster/config/data-directory.ts";
import { runningServer } from "../../cluster/process/server-record.ts";
import { UserError } from "../../lib/user-error.ts";
import { kubeVersion } from "../../lib/version.ts";
import type { CliContext } from "../context.ts";

/** A cluster of this machine that runs, as its owner reaches it. */
export interface OwnedCluster extends Disposable {
  readonly directory: DataDirectory;
  readonly client: Client;
  /** To what is below `/kube`, which no role names. The answer is our own server's. */
  send(method: string, path: string, body?: unknown): Promise<unknown>;
}

export async function ownedCluster(cluster: string, context: CliContext): Promise<OwnedCluster> {
  const directory = dataDirectory(cluster, kubeHome(context.env));
  const transport = new HttpsTransport(await ownersConnection(directory), context.clock);
  return {
    directory,
    client: createClient(transport),
    async send(method, path, body) {
      const content = body === undefined ? {} : { body: JSON.stringify(body), headers: JSON_CONTENT };
      const request = { method, path: `/kube${path}`, signal: context.signal, ...content };
      return await (await transport.raw(request)).json();
    },
    [Symbol.dispose]: () => transport[Symbol.dispose](),
  };
}

const JSON_CONTENT = { "content-type": "application/json" };

async function ownersConnection(directory: DataDirectory) {
  const entry = await adminKubeconfigEntry(directory);
  const state = (await runningServer(directory))?.state;
  if (state !== "running" && state !== "paused") {
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
