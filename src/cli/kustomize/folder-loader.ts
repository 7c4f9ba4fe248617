import { readFile, realpath, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve, sep } from "node:path";

import { UserError } from "../../lib/user-error.ts";

/** Reads the files of one kustomization. Unless told otherwise, none outside its folder. */
export interface FolderLoader {
  readonly root: string;
  text(path: string): Promise<string>;
  bytes(path: string): Promise<Buffer>;
  /** That of another folder, which must not contain this one. */
  folder(path: string): Promise<FolderLoader>;
}

export interface LoaderOptions {
  /** Files from anywhere. */
  readonly isUnrestricted: boolean;
  readonly signal: AbortSignal;
}

/** A file on the web that the server does not give: nothing else is tried for it. */
export class HttpFileError extends UserError {}

export async function folderLoader(path: string, cwd: string, options: LoaderOptions): Promise<FolderLoader> {
  refuseRepository(path);
  return loaderAt(await confirmedFolder(resolve(cwd, path), path), [], options);
}

function loaderAt(root: string, referrers: readonly string[], options: LoaderOptions): FolderLoader {
  const bytes = async (path: string): Promise<Buffer> => {
    if (/^https?:\/\//i.test(path)) return await remoteFile(path, options.signal);
    const full = isAbsolute(path) ? path : join(root, path);
    return await readFile(options.isUnrestricted ? full : await withinRoot(root, full)).catch(refused);
  };
  return {
    root,
    bytes,
    text: async (path) => (await bytes(path)).toString("utf8"),
    async folder(path) {
      if (path === "") throw new UserError("new root cannot be empty");
      refuseRepository(path);
      if (isAbsolute(path)) throw new UserError(`new root '${path}' cannot be absolute`);
      const inner = await confirmedFolder(join(root, path));
      const visited = [root, ...referrers].find((each) => isWithin(each, inner));
      if (visited !== undefined)
        throw new UserError(`cycle detected: candidate root '${inner}' contains visited root '${visited}'`);
      return loaderAt(inner, [root, ...referrers], options);
    },
  };
}

const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

async function confirmedFolder(path: string, shown = path): Promise<string> {
  const real = await evaluated(path, shown).catch((error: unknown) => {
    if (error instanceof UserError)
      throw new UserError(`must build at directory: not a valid directory: ${error.message}`);
    throw error;
  });
  if ((await stat(real)).isDirectory()) return real;
  throw new UserError(`must build at directory: '${shown}': file is not directory`);
}

/** Links are followed first, so that none leads out. */
async function withinRoot(root: string, path: string): Promise<string> {
  const real = await evaluated(path);
  if ((await stat(real)).isDirectory()) throw new UserError(`'${path}' must resolve to a file`);
  if (!isWithin(dirname(real), root)) throw new UserError(`security; file '${path}' is not in or below '${root}'`);
  return real;
}

const evaluated = async (path: string, shown = path): Promise<string> =>
  await realpath(path).catch(async (error: NodeJS.ErrnoException) => {
    const missing = await firstMissing(path);
    const reason = REASONS[error.code ?? ""] ?? error.message;
    throw new UserError(`evalsymlink failure on '${shown}' : lstat ${missing}: ${reason}`);
  });

const REASONS: Readonly<Record<string, string>> = { ENOENT: "no such file or directory", ENOTDIR: "not a directory" };

/** What of a path does not exist. */
async function firstMissing(path: string): Promise<string> {
  const parent = dirname(path);
  if (parent === path) return path;
  return await realpath(parent).then(
    (real) => join(real, path.slice(parent.length + (parent.endsWith(sep) ? 0 : 1))),
    async () => await firstMissing(parent),
  );
}

function refused(error: unknown): never {
  if (!(error instanceof Error) || !("code" in error)) throw error;
  throw new UserError(error.message.replace(/^(\w+): (.*), (\w+) '(.*)'$/, "$3 $4: $2"));
}

async function remoteFile(url: string, signal: AbortSignal): Promise<Buffer> {
  const response = await fetch(url, { signal }).catch((cause: unknown) => {
    throw new UserError(`Get ${JSON.stringify(url)}: ${cause instanceof Error ? cause.message : String(cause)}`);
  });
  if (response.ok) return Buffer.from(await response.arrayBuffer());
  if (isRepository(url)) throw new UserError("URL is a git repository");
  throw new HttpFileError(`HTTP Error: status code ${response.status} (${response.statusText})`);
}

/** `https://host/org/repo//path?ref=x`, `git@host:org/repo`, `github.com/org/repo`. */
const isRepository = (path: string): boolean =>
  /^(?:(?:git::)?(?:https?|ssh|file):\/\/|[a-z][a-z0-9-]*@[^/]+[:/]|github\.com[/:])/i.test(path) &&
  path
    .replace(/\?.*$/, "")
    .split("/")
    .filter((part) => part !== "").length > 2;

function refuseRepository(path: string): void {
  if (!isRepository(path)) return;
  throw new UserError(`cannot build ${JSON.stringify(path)}: kube does not clone git repositories`, {
    hint: "Clone it, and give the folder: git clone URL DIR",
  });
}
