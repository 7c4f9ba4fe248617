import { join } from "node:path";

import { UserError } from "../../lib/user-error.ts";
import { readConfig } from "../config/config.ts";
import type { DataDirectory } from "../config/data-directory.ts";
import { contextName, type KubeconfigEntry } from "./kubeconfig.ts";

/** How the cluster's owner reaches it: the admin certificate as a kubeconfig entry. */
export async function adminKubeconfigEntry(directory: DataDirectory): Promise<KubeconfigEntry> {
  const config = await readConfig(directory);
  if (!config)
    throw new UserError(`There is no cluster "${directory.cluster}"`, {
      hint: `Start it: kube start --name ${directory.cluster}`,
    });
  const read = async (name: string): Promise<string> => await Bun.file(join(directory.pki, name)).text();
  return {
    context: contextName(directory.cluster),
    server: apiServerUrl(config.port),
    ca: await read("ca.crt"),
    clientCertificate: await read("admin.crt"),
    clientKey: await read("admin.key"),
  };
}

export function apiServerUrl(port: number): string {
  return `https://127.0.0.1:${port}`;
}
