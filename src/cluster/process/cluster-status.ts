import { kubernetesVersion, kubeVersion } from "../../lib/version.ts";
import { contextName } from "../access/kubeconfig.ts";
import type { AddonSwitches } from "../config/addon-switches.ts";
import { readConfig } from "../config/config.ts";
import type { DataDirectory } from "../config/data-directory.ts";
import { hostMountText } from "../config/host-mount.ts";
import { publishedPortText } from "../config/published-port.ts";
import { runningServer } from "./server-record.ts";

/** What `kube status` shows; what lies on disk says it all, so it works whether or not the server does. */
export interface ClusterStatus {
  readonly name: string;
  readonly state: "Running" | "Paused" | "Starting" | "Stopping" | "Stopped" | "Nonexistent";
  readonly pid: number | null;
  readonly apiServer: string | null;
  /** Where Ingresses answer. */
  readonly ingress: readonly string[];
  readonly context: string;
  readonly nodes: number;
  readonly runtime: string | null;
  readonly store: string | null;
  /** Ports of this machine behind which are ports of the nodes, as `start --ports` takes them. */
  readonly ports: readonly string[];
  /** As `start --mount` takes them. */
  readonly mounts: readonly string[];
  readonly addons: AddonSwitches | null;
  readonly podRange: string | null;
  readonly serviceRange: string | null;
  /** How Services reach pods, while it runs. */
  readonly proxyMode: string | null;
  /** How long and up to what size the past is kept, and what the state takes on disk with it. */
  readonly history: { readonly keepMs: number; readonly keepBytes: number; readonly stateBytes: number } | null;
  readonly startedAt: string | null;
  readonly versions: { readonly kube: string; readonly server: string | null; readonly kubernetes: string };
  readonly dataDirectory: string;
}

const STATES = { starting: "Starting", running: "Running", paused: "Paused", stopping: "Stopping" } as const;

export async function clusterStatus(directory: DataDirectory): Promise<ClusterStatus> {
  const [config, server] = await Promise.all([readConfig(directory), runningServer(directory)]);
  return {
    name: directory.cluster,
    state: server ? STATES[server.state] : config ? "Stopped" : "Nonexistent",
    pid: server?.pid ?? null,
    apiServer: server?.apiServer ?? null,
    ingress:
      config?.httpPort && config.addons.ingress
        ? [`http://localhost:${config.httpPort}`, `https://localhost:${config.httpsPort}`]
        : [],
    context: contextName(directory.cluster),
    nodes: config?.nodes.length ?? 0,
    runtime: config?.runtime ?? null,
    store: config?.store ?? null,
    ports: config?.ports.map(publishedPortText) ?? [],
    mounts: config?.mounts.map(hostMountText) ?? [],
    addons: config?.addons ?? null,
    podRange: config?.podRange ?? null,
    serviceRange: config?.serviceRange ?? null,
    proxyMode: server?.proxyMode ?? null,
    history: config
      ? { keepMs: config.history, keepBytes: config.historySize, stateBytes: Bun.file(directory.stateDatabase).size }
      : null,
    startedAt: server?.startedAt ?? null,
    versions: { kube: kubeVersion, server: server?.version ?? null, kubernetes: kubernetesVersion.gitVersion },
    dataDirectory: directory.root,
  };
}
