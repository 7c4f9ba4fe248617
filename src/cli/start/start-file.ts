import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";

import { SettingError } from "../../cluster/config/settings.ts";
import { isJsonObject, type JsonValue } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { yamlDocuments } from "../../lib/yaml/yaml-documents.ts";
import { yamlLines } from "../../lib/yaml/yaml-lines.ts";
import { decodeYaml, YamlError } from "../../lib/yaml/yaml.ts";
import { isNear } from "../near-words.ts";
import { startSettings, type StartWishes } from "./start-settings.ts";

export const START_FILE_API_VERSION = "kube.local/v1";
export const START_FILE_KIND = "ClusterConfig";

/** What a file says of a cluster, for `start --config` and for the defaults. `-` is the standard input. */
export async function readStartFile(path: string, cwd: string): Promise<StartWishes> {
  const text = await (path === "-" ? Bun.stdin.text() : readFile(resolve(cwd, path), "utf8")).catch(
    (cause: NodeJS.ErrnoException) => {
      const why = cause.code === "ENOENT" ? "there is no such file" : cause.message;
      throw new UserError(`Cannot read ${path}: ${why}`, { hint: EXAMPLE, exitCode: 64, cause });
    },
  );
  return withFullPaths(parseStartFile(text, path), path === "-" ? cwd : dirname(resolve(cwd, path)));
}

/** What a file names lies beside it, wherever it is used from. */
function withFullPaths(wishes: StartWishes, folder: string): StartWishes {
  const { mounts, tokenAuthFile, auditPolicyFile, staticPodPath } = wishes;
  return {
    ...wishes,
    ...(mounts && { mounts: mounts.map(({ source, target }) => ({ source: resolve(folder, source), target })) }),
    ...(tokenAuthFile !== undefined && { tokenAuthFile: resolve(folder, tokenAuthFile) }),
    ...(auditPolicyFile !== undefined && { auditPolicyFile: resolve(folder, auditPolicyFile) }),
    ...(staticPodPath !== undefined && { staticPodPath: resolve(folder, staticPodPath) }),
  };
}

const EXAMPLE = `It begins with "apiVersion: ${START_FILE_API_VERSION}" and "kind: ${START_FILE_KIND}"; "kube start --help" shows an example`;

/** Throws a UserError with every problem of the file and its line. */
export function parseStartFile(text: string, path: string): StartWishes {
  const [first, ...others] = yamlDocuments(text);
  if (!first) throw wrongFile(path, ["line 1: the file is empty"]);
  if (others.length > 0) throw wrongFile(path, [`line ${others[0]?.firstLine}: a file says one cluster`]);
  const { value, duplicates } = decoded(first.text, first.firstLine, path);
  const lineOf = yamlLines(first.text);
  const line = (...keys: readonly string[]): string => `line ${lineOf(keys) + first.firstLine - 1}`;
  if (!isJsonObject(value)) throw wrongFile(path, [`${line()}: it must have fields, each with its value`]);
  const { apiVersion, kind, ...fields } = value;
  const problems = [...duplicates];
  if (apiVersion !== START_FILE_API_VERSION)
    problems.push(`${line("apiVersion")}: apiVersion must be ${START_FILE_API_VERSION}`);
  if (kind !== START_FILE_KIND) problems.push(`${line("kind")}: kind must be ${START_FILE_KIND}`);
  const wishes: Record<string, unknown> = {};
  for (const [key, field = null] of Object.entries(fields)) {
    const outcome = readField(key, field);
    if ("problem" in outcome) problems.push(`${line(key)}: ${outcome.problem}`);
    else wishes[key] = outcome.wish;
  }
  if (problems.length > 0) throw wrongFile(path, problems);
  // Each field was read by the setting of its name.
  return wishes;
}

function decoded(text: string, firstLine: number, path: string): ReturnType<typeof decodeYaml> {
  try {
    return decodeYaml(text, firstLine);
  } catch (error) {
    if (error instanceof YamlError) throw wrongFile(path, [error.message.replace(/^yaml: /, "")]);
    throw error;
  }
}

function readField(key: string, value: JsonValue): { readonly wish: unknown } | { readonly problem: string } {
  const setting = startSettings.find((each) => each.key === key);
  if (!setting) return { problem: `unknown field ${JSON.stringify(key)}${suggestion(key)}` };
  try {
    return { wish: setting.read(value) };
  } catch (error) {
    if (error instanceof SettingError) return { problem: `${key} ${error.message}` };
    throw error;
  }
}

/** What may have been meant by a name that no setting has. */
export function suggestion(key: string): string {
  const near =
    startSettings.find((each) => each.flag === key || each.key.toLowerCase().startsWith(key.toLowerCase())) ??
    startSettings.find((each) => isNear(key, each.key.toLowerCase()));
  return near ? `, did you mean ${JSON.stringify(near.key)}?` : "";
}

function wrongFile(path: string, problems: readonly string[]): UserError {
  const text = problems.length === 1 ? ` ${problems[0]}` : problems.map((each) => `\n  ${each}`).join("");
  return new UserError(`Cannot use ${path === "-" ? "the standard input" : path}:${text}`, { exitCode: 64 });
}
