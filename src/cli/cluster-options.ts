import { type Command, Option } from "commander";

import { DEFAULT_CLUSTER } from "../cluster/config/data-directory.ts";
import type { CliContext } from "./context.ts";
import { readDefaults } from "./start/defaults.ts";

/** Options that the cluster commands share. */

export interface ClusterNameOptions {
  readonly name?: string | undefined;
  /** minikube's word for it. */
  readonly profile?: string | undefined;
}

export function addClusterName(command: Command): Command {
  return command
    .addOption(new Option("-p, --name <name>", "of the cluster (default: KUBE_CLUSTER, or what kube profile says)"))
    .addOption(new Option("--profile <name>").hideHelp());
}

/** Which cluster a command is about: as its line says, else the environment, else `kube profile`, else `kube`. */
export async function chosenCluster(
  { name, profile }: ClusterNameOptions,
  { env }: Pick<CliContext, "env">,
): Promise<string> {
  return name ?? profile ?? (env["KUBE_CLUSTER"] || undefined) ?? (await readDefaults(env)).name ?? DEFAULT_CLUSTER;
}

export function outputOption(): Option {
  return new Option("-o, --output <format>", "for programs").choices(["json"]);
}
