import { mkdir, readdir, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

import { UserError } from "../../lib/user-error.ts";

/**
 * Everything a cluster keeps lies in one folder, `$KUBE_HOME/<name>` (default `~/.kube/local/<name>`):
 * what is not in there is not needed to start it again.
 */
export interface DataDirectory {
  readonly cluster: string;
  readonly root: string;
  readonly config: string;
  readonly stateDatabase: string;
  /** A KubeSchedulerConfiguration, if the user wrote one; read at each start. */
  readonly schedulerConfig: string;
  readonly lock: string;
  /** What the running server says of itself; see server-record.ts. */
  readonly serverRecord: string;
  readonly pki: string;
  readonly log: string;
  /** Requests to Ingresses. */
  readonly accessLog: string;
  /** Who did what, if the cluster has an audit policy. */
  readonly auditLog: string;
  /** Saved states, a file each. */
  readonly snapshots: string;
  /** Files of pods, one folder per pod. */
  readonly pods: string;
  /** What was pushed to the cluster's own registry. */
  readonly registry: string;
  /** Persistent volumes: what `delete` keeps unless told to purge. */
  readonly volumes: string;
}

export const DEFAULT_CLUSTER = "kube";

export function kubeHome(env: Readonly<Record<string, string | undefined>> = process.env): string {
  return env["KUBE_HOME"] || join(homedir(), ".kube", "local");
}

/** Throws UserError for names that could not be a folder, a Docker network and a context alike. */
export function dataDirectory(cluster: string, home: string = kubeHome()): DataDirectory {
  if (!/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/.test(cluster)) {
    throw new UserError(
      `Cannot use cluster name ${JSON.stringify(cluster)}: names are 1 to 32 lower case letters, digits and "-"`,
      {
        exitCode: 64,
      },
    );
  }
  const root = join(home, cluster);
  return {
    cluster,
    root,
    config: join(root, "config.json"),
    stateDatabase: join(root, "state.db"),
    schedulerConfig: join(root, "scheduler.yaml"),
    lock: join(root, "lock"),
    serverRecord: join(root, "server.json"),
    pki: join(root, "pki"),
    log: join(root, "logs", "kube.log"),
    accessLog: join(root, "logs", "ingress.log"),
    auditLog: join(root, "logs", "audit.log"),
    snapshots: join(root, "snapshots"),
    pods: join(root, "pods"),
    registry: join(root, "registry"),
    volumes: join(root, "volumes"),
  };
}

/** The folders that a running cluster writes to; only their owner may look inside. */
export async function createDataDirectory(directory: DataDirectory): Promise<void> {
  for (const folder of [
    directory.root,
    directory.pki,
    join(directory.root, "logs"),
    directory.snapshots,
    directory.pods,
    directory.volumes,
  ]) {
    await makeFolder(folder);
  }
}

/** With all that are above it. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    throw cannotWrite(path, error);
  });
}

/** A disk that is full, read-only or somebody else's is nothing a stack would explain. */
export function cannotWrite(path: string, error: NodeJS.ErrnoException): UserError {
  const known = WRITE_PROBLEMS[error.code ?? ""];
  return new UserError(`Cannot write ${path}: ${known?.problem ?? error.message}`, {
    hint: known?.hint ?? "Check the disk, and who owns the folder; KUBE_HOME names another",
    cause: error,
  });
}

const WRITE_PROBLEMS: Readonly<Record<string, { readonly problem: string; readonly hint: string }>> = {
  ENOSPC: { problem: "the disk is full", hint: "Make room on it, or name a folder on another disk in KUBE_HOME" },
  EDQUOT: { problem: "the disk quota is used up", hint: "Make room, or name a folder on another disk in KUBE_HOME" },
  EROFS: { problem: "the disk is read-only", hint: "Name a folder that can be written in KUBE_HOME" },
  EACCES: { problem: "permission denied", hint: "Make the folder yours, or name one that is in KUBE_HOME" },
  EPERM: { problem: "permission denied", hint: "Make the folder yours, or name one that is in KUBE_HOME" },
};

export async function exists(directory: DataDirectory): Promise<boolean> {
  return await stat(directory.config).then(
    () => true,
    () => false,
  );
}

/** Names of the clusters under `home`, in order. */
export async function clusterNames(home: string = kubeHome()): Promise<readonly string[]> {
  const entries = await readdir(home, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new UserError(`Cannot read ${home}: ${error.message}`, { cause: error });
  });
  const names: string[] = [];
  for (const entry of entries) {
    if (entry.isDirectory() && (await Bun.file(join(home, entry.name, "config.json")).exists())) names.push(entry.name);
  }
  return names.toSorted();
}
