import { Option } from "commander";

import { DEFAULT_CLUSTER } from "../cluster/config/data-directory.ts";

/** Options that the cluster commands share. */

export function clusterNameOption(): Option {
  return new Option("--name <name>", "of the cluster").default(DEFAULT_CLUSTER).env("KUBE_CLUSTER");
}

export function outputOption(): Option {
  return new Option("-o, --output <format>", "for programs").choices(["json"]);
}
