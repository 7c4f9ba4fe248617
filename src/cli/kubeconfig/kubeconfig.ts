import { access } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";

import { parse } from "yaml";

import { UserError } from "../../lib/user-error.ts";

/** A kubeconfig after merging. Of paths in it, those of files are absolute. */
export interface Kubeconfig {
  readonly clusters: ReadonlyMap<string, KubeconfigCluster>;
  readonly users: ReadonlyMap<string, KubeconfigUser>;
  readonly contexts: ReadonlyMap<string, KubeconfigContext>;
  readonly currentContext: string;
}

export interface KubeconfigCluster {
  readonly server?: string;
  readonly "certificate-authority"?: string;
  readonly "certificate-authority-data"?: string;
  readonly "insecure-skip-tls-verify"?: boolean;
  readonly "tls-server-name"?: string;
  readonly "proxy-url"?: string;
}

export interface KubeconfigUser {
  readonly "client-certificate"?: string;
  readonly "client-certificate-data"?: string;
  readonly "client-key"?: string;
  readonly "client-key-data"?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly username?: string;
  readonly password?: string;
  readonly as?: string;
  readonly "as-groups"?: readonly string[];
  readonly "as-uid"?: string;
  readonly "as-user-extra"?: Readonly<Record<string, readonly string[]>>;
  readonly exec?: ExecConfig;
}

/** A program that prints credentials. */
export interface ExecConfig {
  readonly apiVersion?: string;
  readonly command?: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly installHint?: string;
  readonly provideClusterInfo?: boolean;
  readonly interactiveMode?: string;
}

export interface KubeconfigContext {
  readonly cluster?: string;
  readonly user?: string;
  readonly namespace?: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The files of a kubeconfig as kubectl finds them: the one that was named, else all of $KUBECONFIG, else `~/.kube/config`.
 * A file that was named must exist; of the others, missing ones are skipped.
 */
export async function loadKubeconfig(named: string, env: Env): Promise<Kubeconfig> {
  if (named !== "") {
    const isThere = await access(named).then(
      () => true,
      () => false,
    );
    if (!isThere) throw new UserError(`stat ${named}: no such file or directory`);
    return merged([await readKubeconfigFile(named)]);
  }
  return merged(await Promise.all(kubeconfigPaths(env).map(readKubeconfigFile)));
}

/** The files that are merged when none is named; some may not exist. */
export function kubeconfigPaths(env: Env): readonly string[] {
  const listed = (env["KUBECONFIG"] ?? "").split(delimiter).filter((path) => path !== "");
  return listed.length > 0 ? listed : [join(env["HOME"] || homedir(), ".kube", "config")];
}

/** A file as it stands; what `kube` does not know is still in it. */
export interface KubeconfigFile {
  readonly clusters?: readonly { readonly name: string; readonly cluster?: KubeconfigCluster }[] | null;
  readonly users?: readonly { readonly name: string; readonly user?: KubeconfigUser }[] | null;
  readonly contexts?: readonly { readonly name: string; readonly context?: KubeconfigContext }[] | null;
  readonly "current-context"?: string | null;
}

async function readKubeconfigFile(path: string): Promise<KubeconfigFile> {
  return withAbsolutePaths(await parsedKubeconfig(path), dirname(resolve(path)));
}

/** Paths in it are as written. A missing file is an empty one. */
export async function parsedKubeconfig(path: string): Promise<KubeconfigFile> {
  const text = await Bun.file(path)
    .text()
    .catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "";
      throw new UserError(`error loading config file "${path}": ${error.message}`, { cause: error });
    });
  let file: unknown;
  try {
    file = parse(text) ?? {};
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new UserError(`error loading config file "${path}": ${reason}`);
  }
  if (typeof file !== "object" || file === null || Array.isArray(file))
    throw new UserError(`error loading config file "${path}": it is not a mapping`);
  // Parse edge: a kubeconfig has this shape; what is missing is optional everywhere.
  return file;
}

export function withAbsolutePaths(file: KubeconfigFile, folder: string): KubeconfigFile {
  return {
    ...file,
    clusters: (file.clusters ?? []).map(({ name, cluster }) => ({
      name,
      cluster: withPaths(cluster ?? {}, ["certificate-authority"], folder),
    })),
    users: (file.users ?? []).map(({ name, user }) => ({
      name,
      user: withPaths(user ?? {}, ["client-certificate", "client-key", "tokenFile"], folder),
    })),
  };
}

function withPaths<T extends object>(entry: T, keys: readonly (keyof T)[], folder: string): T {
  const copy = { ...entry };
  for (const key of keys) {
    const path = entry[key];
    // The key is one of a path, and a path is a string.
    if (typeof path === "string" && path !== "") copy[key] = resolve(folder, path) as T[keyof T];
  }
  return copy;
}

/** The first file that has a name or a current context wins. */
function merged(files: readonly KubeconfigFile[]): Kubeconfig {
  const clusters = new Map<string, KubeconfigCluster>();
  const users = new Map<string, KubeconfigUser>();
  const contexts = new Map<string, KubeconfigContext>();
  for (const file of files) {
    for (const { name, cluster } of file.clusters ?? []) addFirst(clusters, name, cluster ?? {});
    for (const { name, user } of file.users ?? []) addFirst(users, name, user ?? {});
    for (const { name, context } of file.contexts ?? []) addFirst(contexts, name, context ?? {});
  }
  const currentContext = files.map((file) => file["current-context"] ?? "").find((name) => name !== "") ?? "";
  return { clusters, users, contexts, currentContext };
}

function addFirst<T>(map: Map<string, T>, name: string, entry: T): void {
  if (!map.has(name)) map.set(name, entry);
}
