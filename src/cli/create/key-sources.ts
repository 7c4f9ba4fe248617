import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";

import { configMapKeyProblems, envVarNameProblems } from "../../api/names.ts";
import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";
import { arrayFlag, listFlag } from "../flags/flag.ts";

/** The flags by which a ConfigMap or Secret gets its keys. */
export const keySourceFlags = {
  "from-env-file": listFlag("Specify the path to a file to read lines of key=val pairs to create a configmap."),
  "from-file": listFlag(
    "Key file can be specified using its file path, in which case file basename will be used as configmap key, or optionally with a key and file path, in which case the given key will be used.  Specifying a directory will iterate each named file in the directory whose basename is a valid configmap key.",
  ),
  "from-literal": arrayFlag("Specify a key and literal value to insert in configmap (i.e. mykey=somevalue)"),
};

export interface KeySources {
  readonly "from-env-file": readonly string[];
  readonly "from-file": readonly string[];
  readonly "from-literal": readonly string[];
}

/** Messages differ a little between ConfigMaps and Secrets. */
export interface KeyMessages {
  invalidKey(key: string, problems: readonly string[]): string;
  duplicateKey(key: string): string;
  readonly envFileIsFolder: string;
}

/** The keys and their contents, in the order of the sources: files, literals, lines of files. */
export async function keysFrom(
  sources: KeySources,
  messages: KeyMessages,
  context: Pick<CliContext, "cwd" | "env">,
): Promise<ReadonlyMap<string, Buffer>> {
  const { "from-env-file": envFiles, "from-file": files, "from-literal": literals } = sources;
  if (envFiles.length > 0 && (files.length > 0 || literals.length > 0))
    throw new UserError("from-env-file cannot be combined with from-file or from-literal");
  const found = [
    ...(await Promise.all(files.map(async (source) => await keysFromFile(source, context)))).flat(),
    ...literals.map(literalKey),
    ...(await Promise.all(envFiles.map(async (file) => await keysFromEnvFile(file, messages, context)))).flat(),
  ];
  const keys = new Map<string, Buffer>();
  for (const [key, content] of found) {
    const problems = configMapKeyProblems(key);
    if (problems.length > 0) throw new UserError(messages.invalidKey(key, problems));
    if (keys.has(key)) throw new UserError(messages.duplicateKey(key));
    keys.set(key, content);
  }
  return keys;
}

type Key = readonly [string, Buffer];

/** `key=value` */
function literalKey(source: string): Key {
  const equals = source.indexOf("=");
  if (equals <= 0) throw new UserError(`invalid literal source ${source}, expected key=value`);
  return [source.slice(0, equals), Buffer.from(source.slice(equals + 1))];
}

/** `path`, or `key=path`. */
async function keysFromFile(source: string, { cwd }: Pick<CliContext, "cwd">): Promise<readonly Key[]> {
  const [first = "", second, ...more] = source.split("=");
  if (source === "=" || first === "" || more.length > 0 || second === "") throw new UserError(sourceProblem(source));
  const path = second ?? first;
  const info = await fileInfo(resolve(cwd, path), path);
  if (!info.isDirectory()) return [[second === undefined ? basename(path) : first, await readFile(resolve(cwd, path))]];
  if (second !== undefined) throw new UserError("cannot give a key name for a directory path");
  const entries = await readdir(resolve(cwd, path), { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
  return await Promise.all(
    names.toSorted().map(async (name): Promise<Key> => [name, await readFile(resolve(cwd, join(path, name)))]),
  );
}

function sourceProblem(source: string): string {
  const equals = source.split("=").length - 1;
  if (equals > 1) return "key names or file paths cannot contain '='";
  if (source.startsWith("=")) return `key name for file path ${source.slice(1)} missing`;
  return `file path for key name ${source.replace(/=$/, "")} missing`;
}

async function fileInfo(path: string, shown: string) {
  return await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(
      `error reading ${shown}: ${error.code === "ENOENT" ? "no such file or directory" : error.message}`,
    );
  });
}

/** Lines of `KEY=value`; a key alone takes its value from our environment. */
async function keysFromEnvFile(
  file: string,
  { envFileIsFolder }: KeyMessages,
  { cwd, env }: Pick<CliContext, "cwd" | "env">,
): Promise<readonly Key[]> {
  if ((await fileInfo(resolve(cwd, file), file)).isDirectory()) throw new UserError(envFileIsFolder);
  const text = (await readFile(resolve(cwd, file), "utf8")).replace(/^\u{feff}/u, "");
  return text.split(/\r?\n/).flatMap((line): readonly Key[] => {
    const trimmed = line.trimStart();
    if (trimmed === "" || trimmed.startsWith("#")) return [];
    const equals = trimmed.indexOf("=");
    const key = equals < 0 ? trimmed : trimmed.slice(0, equals);
    const problems = envVarNameProblems(key);
    if (problems.length > 0)
      throw new UserError(`${JSON.stringify(key)} is not a valid key name: ${problems.join(";")}`);
    if (equals < 0) return env[key] === undefined ? [] : [[key, Buffer.from(env[key])]];
    return [[key, Buffer.from(trimmed.slice(equals + 1))]];
  });
}
