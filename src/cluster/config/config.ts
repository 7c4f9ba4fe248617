import { rename, rm, writeFile } from "node:fs/promises";

import { UserError } from "../../lib/user-error.ts";
import { PROXY_MODES, type ProxyModeWish } from "../../network/open-traffic-rules.ts";
import { cannotWrite, type DataDirectory } from "./data-directory.ts";
import { type NodeConfig, parseNodes } from "./node-config.ts";

export { PROXY_MODES };

/** What was chosen when the cluster was first started, and stays so; only nodes come and go. */
export interface ClusterConfig {
  readonly name: string;
  /** On localhost. */
  readonly port: number;
  /** Of Ingresses, on localhost; 0: they are not served. */
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly nodes: readonly NodeConfig[];
  readonly runtime: "docker" | "fake";
  readonly podRange: string;
  readonly serviceRange: string;
  readonly clusterDomain: string;
  readonly proxyMode: ProxyModeWish;
  /** Tokens of users, as upstream's --token-auth-file has them. */
  readonly tokenAuthFile?: string | undefined;
  /** What is written down of requests; absent: nothing. */
  readonly auditPolicyFile?: string | undefined;
}

/** Undefined when the cluster was never started. */
export async function readConfig(directory: DataDirectory): Promise<ClusterConfig | undefined> {
  const file = Bun.file(directory.config);
  if (!(await file.exists())) return undefined;
  try {
    return parseConfig(await file.json());
  } catch (error) {
    throw new UserError(`Cannot read ${directory.config}: ${error instanceof Error ? error.message : String(error)}`, {
      hint: `Mend the file, or remove the cluster with "kube delete --name ${directory.cluster}"`,
      cause: error,
    });
  }
}

export async function writeConfig(directory: DataDirectory, config: ClusterConfig): Promise<void> {
  const next = `${directory.config}.new`;
  try {
    await writeFile(next, `${JSON.stringify(config, undefined, 2)}\n`);
    await rename(next, directory.config);
  } catch (error) {
    await rm(next, { force: true });
    // Files fail with the system's errors only.
    throw cannotWrite(directory.root, error as NodeJS.ErrnoException);
  }
}

function parseConfig(value: unknown): ClusterConfig {
  if (typeof value !== "object" || value === null) throw new Error("not an object");
  // Checked member by member below, before anything is used.
  const config = value as Partial<Record<keyof ClusterConfig, unknown>>;
  const text = (key: keyof ClusterConfig): string => {
    const member = config[key];
    if (typeof member !== "string" || member === "") throw new Error(`"${key}" is missing or not text`);
    return member;
  };
  const integer = (key: keyof ClusterConfig, max: number): number => {
    const member = config[key];
    if (typeof member !== "number" || !Number.isInteger(member) || member < 1 || member > max) {
      throw new Error(`"${key}" must be a whole number from 1 to ${max}`);
    }
    return member;
  };
  // Clusters of earlier versions served no Ingresses.
  const ingressPort = (key: "httpPort" | "httpsPort"): number =>
    config[key] === undefined || config[key] === 0 ? 0 : integer(key, 65535);
  const runtime = text("runtime");
  if (runtime !== "docker" && runtime !== "fake") throw new Error(`"runtime" must be "docker" or "fake"`);
  // Clusters of earlier versions had no choice.
  const proxyMode = PROXY_MODES.find((mode) => mode === (config.proxyMode ?? "auto"));
  if (!proxyMode) throw new Error(`"proxyMode" must be one of ${PROXY_MODES.join(", ")}`);
  return {
    name: text("name"),
    port: integer("port", 65535),
    httpPort: ingressPort("httpPort"),
    httpsPort: ingressPort("httpsPort"),
    nodes: parseNodes(config.nodes, text("name")),
    runtime,
    podRange: text("podRange"),
    serviceRange: text("serviceRange"),
    clusterDomain: text("clusterDomain"),
    proxyMode,
    ...(config.tokenAuthFile === undefined ? {} : { tokenAuthFile: text("tokenAuthFile") }),
    ...(config.auditPolicyFile === undefined ? {} : { auditPolicyFile: text("auditPolicyFile") }),
  };
}
