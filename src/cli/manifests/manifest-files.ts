import { readdir, readFile, stat } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import { text as streamText } from "node:stream/consumers";

import { Glob } from "bun";

import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";

const EXTENSIONS = [".json", ".yaml", ".yml"];

/** One place that manifests come from. */
export interface ManifestFile {
  /** As messages name it: the path, the address, or STDIN. */
  readonly source: string;
  read(): Promise<string>;
}

export interface ManifestFiles {
  readonly files: readonly ManifestFile[];
  /** One file was named, not a folder, a pattern or the standard input: its only object stands for itself. */
  readonly isSingle: boolean;
  readonly errors: readonly Error[];
}

/** What `-f` names: files, patterns, folders (with `recursive` those inside them too), addresses, and `-`. */
export async function manifestFiles(
  names: readonly string[],
  recursive: boolean,
  context: Pick<CliContext, "cwd" | "stdin" | "signal">,
): Promise<ManifestFiles> {
  const files: ManifestFile[] = [];
  const errors: Error[] = [];
  let hasFolder = false;
  for (const name of names) {
    if (name === "-") {
      if (files.some(({ source }) => source === STDIN))
        errors.push(new UserError("standard input cannot be used for multiple arguments"));
      files.push({ source: STDIN, read: async () => await streamText(context.stdin) });
    } else if (/^https?:\/\//.test(name)) files.push(remoteFile(name, context.signal));
    else {
      try {
        // oxlint-disable-next-line no-await-in-loop -- files are used in the order they were named
        const found = await localFiles(name, recursive, context.cwd);
        hasFolder ||= found.length > 1;
        files.push(...found);
        if (found.length === 0)
          errors.push(
            new UserError(`error reading [${name}]: recognized file extensions are [${EXTENSIONS.join(" ")}]`),
          );
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        errors.push(error);
      }
    }
  }
  const isSingle = files.length === 1 && !hasFolder && files[0]?.source !== STDIN;
  return { files, isSingle, errors };
}

const STDIN = "STDIN";

async function localFiles(name: string, recursive: boolean, cwd: string): Promise<readonly ManifestFile[]> {
  const paths = (await isThere(resolve(cwd, name))) ? [name] : await matching(name, cwd);
  if (paths.length === 0) throw new UserError(`the path ${JSON.stringify(name)} does not exist`);
  const found = await Promise.all(paths.map(async (path) => await expanded(path, recursive, cwd)));
  return found.flat().map((path) => ({ source: path, read: async () => await readText(resolve(cwd, path), path) }));
}

const isThere = async (path: string): Promise<boolean> =>
  await stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return false;
      throw new UserError(`the path ${JSON.stringify(path)} cannot be accessed: ${error.message}`);
    },
  );

async function matching(pattern: string, cwd: string): Promise<readonly string[]> {
  if (!/[*?[]/.test(pattern)) return [];
  const paths = await Array.fromAsync(new Glob(pattern).scan({ cwd, onlyFiles: false, dot: true }));
  return paths.toSorted();
}

/** A file that was named counts whatever its extension; inside folders only manifests do. */
async function expanded(path: string, recursive: boolean, cwd: string): Promise<readonly string[]> {
  if (!(await stat(resolve(cwd, path))).isDirectory()) return [path];
  const entries = await readdir(resolve(cwd, path), { withFileTypes: true });
  const found = await Promise.all(
    entries
      .toSorted((left, right) => (left.name < right.name ? -1 : 1))
      .map(async (entry) => {
        const inner = join(path, entry.name);
        if (entry.isDirectory()) return recursive ? await expanded(inner, recursive, cwd) : [];
        return EXTENSIONS.includes(extname(entry.name)) ? [inner] : [];
      }),
  );
  return found.flat();
}

async function readText(path: string, shown: string): Promise<string> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(
      error.code === "EACCES" ? `open ${shown}: permission denied` : `cannot read ${shown}: ${error.message}`,
    );
  });
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
}

/** Tried again where the server may just be busy, as kubectl does. */
const ATTEMPTS = 3;

function remoteFile(url: string, signal: AbortSignal): ManifestFile {
  return {
    source: url,
    async read() {
      for (let attempt = 1; ; attempt++) {
        // oxlint-disable-next-line no-await-in-loop -- one attempt follows the other
        const response = await fetch(url, { signal }).catch((cause: unknown) => {
          throw new UserError(`Get ${JSON.stringify(url)}: ${cause instanceof Error ? cause.message : String(cause)}`);
        });
        // oxlint-disable-next-line no-await-in-loop -- the last turn
        if (response.ok) return await response.text();
        if (response.status < 500 || attempt === ATTEMPTS)
          throw new UserError(
            `unable to read URL ${JSON.stringify(url)}, server reported ${response.status} ${response.statusText}, status code=${response.status}`,
          );
      }
    },
  };
}
