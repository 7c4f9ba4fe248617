import { rename, rm, writeFile } from "node:fs/promises";

import type { JsonValue } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import type { ProxyModeWish } from "../../network/open-traffic-rules.ts";
import type { HostMount } from "../../node/volumes/host-mount.ts";
import { type AddonSwitches, DEFAULT_ADDONS } from "./addon-switches.ts";
import { cannotWrite, type DataDirectory } from "./data-directory.ts";
import { hostMountText } from "./host-mount.ts";
import { type NodeConfig, parseNodes } from "./node-config.ts";
import { type PublishedPort, publishedPortText } from "./published-port.ts";
import { clusterSettings } from "./settings.ts";
import type { RuntimeName, StoreName } from "./wishes.ts";

/** What a cluster is set to be: chosen when it was first started, and changed since as `settings.ts` allows. */
export interface ClusterConfig {
  readonly name: string;
  /** On localhost. */
  readonly port: number;
  /** Of Ingresses, on localhost; 0: they are not served. */
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly nodes: readonly NodeConfig[];
  readonly runtime: RuntimeName;
  readonly store: StoreName;
  readonly ports: readonly PublishedPort[];
  readonly mounts: readonly HostMount[];
  readonly addons: AddonSwitches;
  readonly podRange: string;
  readonly serviceRange: string;
  readonly clusterDomain: string;
  readonly proxyMode: ProxyModeWish;
  /** Tokens of users, as upstream's --token-auth-file has them. */
  readonly tokenAuthFile?: string | undefined;
  /** How long (in milliseconds), and up to what size (in bytes), old states can be read and gone back to. */
  readonly history: number;
  readonly historySize: number;
  /** What is written down of requests; absent: nothing. */
  readonly auditPolicyFile?: string | undefined;
  /** Manifests of pods that the first node runs by itself. */
  readonly staticPodPath?: string | undefined;
}

export const DEFAULT_HISTORY_MS = 3_600_000;
export const DEFAULT_HISTORY_BYTES = 512 * 1024 * 1024;

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
    await writeFile(next, `${JSON.stringify(writtenConfig(config), undefined, 2)}\n`);
    await rename(next, directory.config);
  } catch (error) {
    await rm(next, { force: true });
    // Files fail with the system's errors only.
    throw cannotWrite(directory.root, error as NodeJS.ErrnoException);
  }
}

/** In the words the user says them in. */
const writtenConfig = (config: ClusterConfig): unknown => ({
  ...config,
  ports: config.ports.map(publishedPortText),
  mounts: config.mounts.map(hostMountText),
});

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
  // Clusters of earlier versions knew nothing of some settings.
  const setting = <Key extends keyof ClusterConfig>(key: Key, otherwise: ClusterConfig[Key]): ClusterConfig[Key] => {
    if (config[key] === undefined) return otherwise;
    try {
      // What the file has is JSON; the setting of a key has its type.
      return clusterSettings.find((each) => each.key === key)?.read(config[key] as JsonValue) as ClusterConfig[Key];
    } catch (error) {
      throw new Error(`"${key}" ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  };
  return {
    name: text("name"),
    port: integer("port", 65535),
    httpPort: ingressPort("httpPort"),
    httpsPort: ingressPort("httpsPort"),
    nodes: parseNodes(config.nodes, text("name")),
    runtime: setting("runtime", "docker"),
    store: setting("store", "sqlite"),
    ports: setting("ports", []),
    mounts: setting("mounts", []),
    addons: { ...DEFAULT_ADDONS, ...setting("addons", DEFAULT_ADDONS) },
    podRange: text("podRange"),
    serviceRange: text("serviceRange"),
    clusterDomain: text("clusterDomain"),
    proxyMode: setting("proxyMode", "auto"),
    history: setting("history", DEFAULT_HISTORY_MS),
    historySize: setting("historySize", DEFAULT_HISTORY_BYTES),
    ...(config.tokenAuthFile === undefined ? {} : { tokenAuthFile: text("tokenAuthFile") }),
    ...(config.auditPolicyFile === undefined ? {} : { auditPolicyFile: text("auditPolicyFile") }),
    ...(config.staticPodPath === undefined ? {} : { staticPodPath: text("staticPodPath") }),
  };
}
