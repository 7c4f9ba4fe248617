import { access, mkdir, open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";

import { Document, isMap, isSeq, parseDocument } from "yaml";

import { type Clock, sleep } from "../../lib/time/clock.ts";
import { UserError } from "../../lib/user-error.ts";

/** What the user's kubeconfig gets to know of a cluster. */
export interface KubeconfigEntry {
  /** Cluster, user and context all carry it. */
  readonly context: string;
  readonly server: string;
  /** PEM. */
  readonly ca: string;
  readonly clientCertificate: string;
  readonly clientKey: string;
}

/** `kube` for the cluster of that name, `kube-NAME` for others. */
export function contextName(cluster: string): string {
  return cluster === "kube" ? "kube" : `kube-${cluster}`;
}

/**
 * The file kubectl itself would write to: of the list in $KUBECONFIG the first that exists, or its last; else `~/.kube/config`.
 * (client-go/tools/clientcmd/config.go, GetDefaultFilename)
 */
export async function kubeconfigPath(env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const listed = (env["KUBECONFIG"] ?? "").split(delimiter).filter((path) => path !== "");
  for (const path of listed) {
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return listed.at(-1) ?? join(env["HOME"] || homedir(), ".kube", "config");
}

/** Adds or replaces the entry and makes it current. Everything else in the file stays as it is, comments included. */
export async function mergeKubeconfig(path: string, entry: KubeconfigEntry, clock: Clock): Promise<void> {
  await changeKubeconfig(path, clock, (document) => {
    const name = entry.context;
    upsert(document, "clusters", name, {
      name,
      cluster: { "certificate-authority-data": base64(entry.ca), server: entry.server },
    });
    upsert(document, "users", name, {
      name,
      user: { "client-certificate-data": base64(entry.clientCertificate), "client-key-data": base64(entry.clientKey) },
    });
    upsert(document, "contexts", name, { name, context: { cluster: name, user: name } });
    document.set("current-context", name);
  });
}

/** Replaces the certificate of the entry's user, if it still has `before`: whoever changed it since knows better. */
export async function renewInKubeconfig(
  path: string,
  entry: KubeconfigEntry,
  before: string,
  clock: Clock,
): Promise<void> {
  if (!(await Bun.file(path).exists())) return;
  await changeKubeconfig(path, clock, (document) => {
    const users = document.get("users");
    const found = isSeq(users) && users.items.find((item) => isMap(item) && item.get("name") === entry.context);
    const user = isMap(found) && found.get("user");
    if (!isMap(user) || user.get("client-certificate-data") !== base64(before)) return;
    user.set("client-certificate-data", base64(entry.clientCertificate));
    user.set("client-key-data", base64(entry.clientKey));
  });
}

/** Takes the entry out again; a current context that pointed to it becomes unset. A missing file stays missing. */
export async function removeFromKubeconfig(path: string, context: string, clock: Clock): Promise<void> {
  if (!(await Bun.file(path).exists())) return;
  await changeKubeconfig(path, clock, (document) => {
    for (const list of ["clusters", "users", "contexts"]) remove(document, list, context);
    if (document.get("current-context") === context) document.set("current-context", "");
  });
}

/** Changes the file under kubectl's lock and replaces it whole, so that nobody reads half of it. A missing one is made. */
export async function changeKubeconfig(
  path: string,
  clock: Clock,
  change: (document: Document) => void,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 }).catch((error: Error) => {
    throw cannotWrite(path, error);
  });
  await using _ = await kubectlLock(path, clock);
  const document = await readDocument(path);
  change(document);
  // Beside the real file, so that the rename stays on one file system and a link to it survives.
  const target = await realPath(path);
  const mode = await stat(target).then(
    (info) => info.mode & 0o777,
    () => 0o600,
  );
  const next = `${target}.kube-new`;
  try {
    await rm(next, { force: true });
    await writeSynced(next, document.toString(KUBECTL_FORM), mode);
    await rename(next, target);
  } catch (error) {
    await rm(next, { force: true });
    throw cannotWrite(path, error);
  }
}

/** kubectl reads YAML 1.1: a name like `n` or `off` must be quoted, or it is a boolean there. */
const KUBECTL_READS = { compat: "yaml-1.1" } as const;

/** As kubectl writes lists, so that what did not change stays the same text. */
const KUBECTL_FORM = { lineWidth: 0, indentSeq: false, flowCollectionPadding: false } as const;

async function writeSynced(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, "wx", mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function cannotWrite(path: string, error: unknown): UserError {
  const detail = error instanceof Error ? error.message : String(error);
  return new UserError(`Cannot write kubeconfig ${path}: ${detail}`, {
    hint: "Check who owns it and its folder, or name another in KUBECONFIG",
    cause: error,
  });
}

async function readDocument(path: string): Promise<Document> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw new UserError(`Cannot read kubeconfig ${path}: ${error.message}`, { cause: error });
  });
  if (text.trim() === "") return emptyConfig();
  const document = parseDocument(text, KUBECTL_READS);
  const problem = document.errors[0]?.message ?? (isMap(document.contents) ? undefined : "it is not a mapping");
  if (problem !== undefined) {
    throw new UserError(`Cannot change kubeconfig ${path}: ${problem.split("\n")[0]}`, {
      hint: "Mend the file, or name another in KUBECONFIG; it was left as it is",
    });
  }
  return document;
}

function emptyConfig(): Document {
  const empty = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [],
    contexts: [],
    "current-context": "",
    users: [],
  };
  return new Document(empty, null, KUBECTL_READS);
}

function upsert(document: Document, list: string, name: string, value: Record<string, unknown>): void {
  const items = document.get(list);
  if (!isSeq(items)) {
    document.set(list, document.createNode([value]));
    return;
  }
  const index = items.items.findIndex((item) => isMap(item) && item.get("name") === name);
  const node = document.createNode(value);
  // An empty list was written as `[]`: it must not stay in that form once it has members.
  items.flow = false;
  if (index < 0) items.add(node);
  else items.items[index] = node;
}

function remove(document: Document, list: string, name: string): void {
  const items = document.get(list);
  if (!isSeq(items)) return;
  items.items = items.items.filter((item) => !(isMap(item) && item.get("name") === name));
}

const base64 = (text: string): string => Buffer.from(text).toString("base64");

async function realPath(path: string): Promise<string> {
  return await realpath(path).catch(() => path);
}

const LOCK_WAIT_MS = 5000;
const LOCK_RETRY_MS = 50;

/** kubectl guards its writes with `<file>.lock`; so do we, so that neither loses what the other wrote. */
async function kubectlLock(path: string, clock: Clock): Promise<AsyncDisposable> {
  const lock = `${path}.lock`;
  const deadline = clock.now() + LOCK_WAIT_MS;
  for (;;) {
    const file = await open(lock, "wx", 0o600).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EEXIST") return undefined;
      throw cannotWrite(path, error);
    });
    if (file) {
      await file.close();
      return { [Symbol.asyncDispose]: async () => await rm(lock, { force: true }) };
    }
    if (clock.now() > deadline) {
      throw new UserError(`Cannot write kubeconfig ${path}: ${lock} exists`, {
        hint: `Another program is changing it; if none is, remove ${lock}`,
      });
    }
    await sleep(LOCK_RETRY_MS, { clock });
  }
}
