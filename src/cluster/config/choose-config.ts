import { createServer } from "node:net";
import { join, resolve as resolvePath } from "node:path";

import { type Cidr, parseCidr } from "../../lib/cidr.ts";
import { type Clock, sleep } from "../../lib/time/clock.ts";
import { UserError } from "../../lib/user-error.ts";
import { rangesInUse } from "../../network/services/ranges-in-use.ts";
import type { HostMount } from "../../node/volumes/host-mount.ts";
import { type ClusterLock, isLocked, tryLock } from "../process/lock.ts";
import { endedWithoutWord } from "../process/server-record.ts";
import { DEFAULT_ADDONS } from "./addon-switches.ts";
import { checkRange, freeRanges, hostRoutes } from "./address-ranges.ts";
import { type ClusterConfig, readConfig, writeConfig, DEFAULT_HISTORY_BYTES, DEFAULT_HISTORY_MS } from "./config.ts";
import {
  clusterNames,
  createDataDirectory,
  type DataDirectory,
  dataDirectory,
  exists,
  makeFolder,
} from "./data-directory.ts";
import { lockMachine } from "./machine-lock.ts";
import { type NodeConfig, withMoreNodes } from "./node-config.ts";
import { cannotEverChange, wantedChanges } from "./setting-changes.ts";
import type { ClusterWishes } from "./wishes.ts";

const CUSTOMARY_PORT = 6443;
/** A node's share of the pod range is a /24. */
const LONGEST_POD_PREFIX = 22;
const LONGEST_SERVICE_PREFIX = 24;

export interface SettlingOptions {
  readonly directory: DataDirectory;
  readonly wishes: ClusterWishes;
  /** What holds for a new cluster where its wishes say nothing. */
  readonly defaults?: ClusterWishes;
  /** Where the folders of all clusters are. */
  readonly home: string;
  readonly clock: Clock;
  /** Another name than all clusters of the machine have for it, in tests. */
  readonly machineLock?: string;
}

export interface PlannedConfig {
  readonly config: ClusterConfig;
  /** Nothing was there before. */
  readonly isNew: boolean;
}

/** To be disposed of when the cluster is started, or given up: until then no other cluster of this machine chooses what it is to have. */
export interface SettledConfig extends PlannedConfig, Disposable {}

/**
 * Makes the folder of a cluster that is about to start, with its settings. Undefined when a server has the cluster already. One process
 * at a time does this, so that two clusters started at once do not choose the same port and ranges.
 */
export async function settleConfig(options: SettlingOptions): Promise<SettledConfig | undefined> {
  const { directory, home, clock } = options;
  await makeFolder(home);
  using held = new DisposableStack();
  // What another one that starts now has chosen would not be seen: neither its network nor its ports are there yet.
  if (!(await exists(directory))) held.use(await lockMachine(clock, options.machineLock));
  using _ = await waitForLock(join(home, ".lock"), clock);
  if (await isLocked(directory.lock)) return undefined;
  const planned = await planConfig(options);
  const { config } = planned;
  if (!(await becomesFree(config.port, directory, clock))) {
    // Taken by the very server that was started meanwhile?
    if (await isLocked(directory.lock)) return undefined;
    throw new UserError(`Cannot listen on 127.0.0.1:${config.port}: another program uses that port`, {
      hint: `Choose another: kube start --name ${config.name} --port ${config.port + 1}`,
    });
  }
  await createDataDirectory(directory);
  await writeConfig(directory, config);
  const kept = held.move();
  return { ...planned, [Symbol.dispose]: () => kept.dispose() };
}

/**
 * The settings of a cluster that is started now, and nothing done about it: those it has, with the wishes that may still change, or fresh
 * ones that fit this machine.
 */
export async function planConfig({
  directory,
  wishes,
  defaults = {},
  home,
}: Omit<SettlingOptions, "clock">): Promise<PlannedConfig> {
  const present = await readConfig(directory);
  if (present) return { config: changedConfig(present, wishes), isNew: false };
  return { config: await freshConfig(directory, { ...defaults, ...given(wishes) }, home), isNew: true };
}

/** An option that was not given must not hide a default. */
const given = (wishes: ClusterWishes): ClusterWishes =>
  Object.fromEntries(Object.entries(wishes).filter(([, value]) => value !== undefined));

const LOCK_RETRY_MS = 20;

async function waitForLock(path: string, clock: Clock): Promise<ClusterLock> {
  for (;;) {
    const lock = tryLock(path);
    if (lock) return lock;
    await sleep(LOCK_RETRY_MS, { clock });
  }
}

function changedConfig(present: ClusterConfig, wishes: ClusterWishes): ClusterConfig {
  for (const change of wantedChanges(present, wishes)) {
    if (typeof change.setting.change === "object") throw cannotEverChange(present.name, change);
  }
  return {
    ...present,
    port: wishes.port ?? present.port,
    httpPort: wishes.httpPort ?? present.httpPort,
    httpsPort: wishes.httpsPort ?? present.httpsPort,
    ports: wishes.ports ?? present.ports,
    mounts: wishes.mounts ? fullPaths(wishes.mounts) : present.mounts,
    addons: { ...present.addons, ...wishes.addons },
    nodes: changedNodes(present, wishes.nodes),
    history: wishes.history ?? present.history,
    historySize: wishes.historySize ?? present.historySize,
    proxyMode: wishes.proxyMode ?? present.proxyMode,
    ...wishedFiles(wishes),
  };
}

/** More nodes may be wished for; which ones to give up only their owner knows. */
function changedNodes({ name, nodes }: ClusterConfig, wish: number | undefined): readonly NodeConfig[] {
  if (wish === undefined || wish === nodes.length) return nodes;
  if (wish > nodes.length) return withMoreNodes(name, nodes, wish - nodes.length);
  throw new UserError(`Cannot start cluster "${name}" with ${wish} of its ${nodes.length} nodes`, {
    hint: `Start it without --nodes, then remove one: kube node delete ${nodes.at(-1)?.name} --name ${name}`,
  });
}

async function freshConfig(directory: DataDirectory, wishes: ClusterWishes, home: string): Promise<ClusterConfig> {
  const others = await otherConfigs(directory, home);
  const taken = [
    ...(await hostRoutes()),
    ...(await rangesInUse()),
    ...others.flatMap((other) => [other.podRange, other.serviceRange].flatMap((range) => parseCidr(range) ?? [])),
  ];
  const runtime = wishes.runtime ?? "docker";
  const ports = new Set(others.flatMap((other) => [other.port, other.httpPort, other.httpsPort]));
  // Pods that only pretend to run answer nobody.
  const ingressPort = async (customary: readonly number[]): Promise<number> =>
    runtime === "fake" ? 0 : await firstFreePort(customary, ports);
  return {
    name: directory.cluster,
    port: wishes.port ?? (await freePort(ports)),
    httpPort: wishes.httpPort ?? (await ingressPort(HTTP_PORTS)),
    httpsPort: wishes.httpsPort ?? (await ingressPort(HTTPS_PORTS)),
    nodes: withMoreNodes(directory.cluster, [], wishes.nodes ?? 1),
    runtime,
    store: wishes.store ?? "sqlite",
    ports: wishes.ports ?? [],
    addons: { ...DEFAULT_ADDONS, ...wishes.addons },
    mounts: fullPaths(wishes.mounts ?? []),
    ...chosenRanges(wishes, taken),
    clusterDomain: "cluster.local",
    history: wishes.history ?? DEFAULT_HISTORY_MS,
    historySize: wishes.historySize ?? DEFAULT_HISTORY_BYTES,
    proxyMode: wishes.proxyMode ?? "auto",
    ...wishedFiles(wishes),
  };
}

const fullPaths = (mounts: readonly HostMount[]): readonly HostMount[] =>
  mounts.map(({ source, target }) => ({ source: resolvePath(source), target }));

/** By their full paths: the server runs in a folder of its own. */
function wishedFiles({ tokenAuthFile, auditPolicyFile, staticPodPath }: ClusterWishes) {
  return {
    ...(tokenAuthFile === undefined ? {} : { tokenAuthFile: resolvePath(tokenAuthFile) }),
    ...(auditPolicyFile === undefined ? {} : { auditPolicyFile: resolvePath(auditPolicyFile) }),
    ...(staticPodPath === undefined ? {} : { staticPodPath: resolvePath(staticPodPath) }),
  };
}

function chosenRanges(wishes: ClusterWishes, taken: readonly Cidr[]): { podRange: string; serviceRange: string } {
  const chosen: Cidr[] = [];
  if (wishes.podRange !== undefined) chosen.push(checkRange(wishes.podRange, "--pod-range", LONGEST_POD_PREFIX, taken));
  if (wishes.serviceRange !== undefined) {
    chosen.push(checkRange(wishes.serviceRange, "--service-range", LONGEST_SERVICE_PREFIX, [...taken, ...chosen]));
  }
  const free = freeRanges([...taken, ...chosen]);
  return { podRange: wishes.podRange ?? free.podRange, serviceRange: wishes.serviceRange ?? free.serviceRange };
}

/** A cluster whose settings cannot be read must not keep another from starting; its own commands will say what is wrong with it. */
async function otherConfigs(directory: DataDirectory, home: string): Promise<readonly ClusterConfig[]> {
  const configs: ClusterConfig[] = [];
  for (const name of await clusterNames(home)) {
    if (name === directory.cluster) continue;
    const config = await readConfig(dataDirectory(name, home)).catch(() => undefined);
    if (config) configs.push(config);
  }
  return configs;
}

/** 80 and 443 where they may be had: as root, or where the system lets everyone. */
const HTTP_PORTS = [80, ...Array.from({ length: 100 }, (_, index) => 8080 + index)];
const HTTPS_PORTS = [443, ...Array.from({ length: 100 }, (_, index) => 8443 + index)];

/** 0 when none is free. */
async function firstFreePort(candidates: readonly number[], taken: ReadonlySet<number>): Promise<number> {
  for (const port of candidates) {
    if (!taken.has(port) && (await isPortFree(port))) return port;
  }
  return 0;
}

async function freePort(taken: ReadonlySet<number>): Promise<number> {
  for (let port = CUSTOMARY_PORT; port < CUSTOMARY_PORT + 100; port++) {
    if (!taken.has(port) && (await isPortFree(port))) return port;
  }
  throw new UserError(`Cannot find a free port from ${CUSTOMARY_PORT} to ${CUSTOMARY_PORT + 99} on localhost`, {
    hint: "Choose one with --port",
  });
}

const PORT_RETRY_MS = 10;
const PORT_TIMEOUT_MS = 5000;

/**
 * Whether the server of this cluster could listen on 127.0.0.1 at `port`. The kernel lets go of a killed server's lock before it has closed
 * its sockets, thousands of them perhaps: where such a server was the last, its port is waited for.
 */
async function becomesFree(port: number, directory: DataDirectory, clock: Clock): Promise<boolean> {
  const deadline = clock.now() + PORT_TIMEOUT_MS;
  while (!(await isPortFree(port))) {
    if (clock.now() >= deadline || !(await endedWithoutWord(directory))) return false;
    await sleep(PORT_RETRY_MS, { clock });
  }
  return true;
}

/** Whether something could listen on 127.0.0.1 at `port`. */
export async function isPortFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
