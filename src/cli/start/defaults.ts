import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { cannotWrite, kubeHome, makeFolder } from "../../cluster/config/data-directory.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { yamlText } from "../../lib/yaml/yaml-text.ts";
import { decodeYaml } from "../../lib/yaml/yaml.ts";
import type { CliContext } from "../context.ts";
import { parseStartFile, START_FILE_API_VERSION, START_FILE_KIND } from "./start-file.ts";
import type { StartWishes } from "./start-settings.ts";

/** What `kube config set` keeps for clusters to come: a file as `start --config` takes it. */
const defaultsPath = (env: CliContext["env"]): string => join(kubeHome(env), "defaults.yaml");

export async function readDefaults(env: CliContext["env"]): Promise<StartWishes> {
  const text = await defaultsText(env);
  return text === undefined ? {} : parseStartFile(text, defaultsPath(env));
}

/** As they stand in the file; a file that cannot be read is told with every line that is wrong. */
export async function writtenDefaults(env: CliContext["env"]): Promise<JsonObject> {
  const text = await defaultsText(env);
  if (text === undefined) return {};
  parseStartFile(text, defaultsPath(env));
  // It was parsed as an object a moment ago.
  const { apiVersion: _apiVersion, kind: _kind, ...fields } = decodeYaml(text).value as JsonObject;
  return fields;
}

export async function writeDefaults(env: CliContext["env"], fields: JsonObject): Promise<void> {
  const path = defaultsPath(env);
  await makeFolder(kubeHome(env));
  try {
    await writeFile(`${path}.new`, yamlText({ apiVersion: START_FILE_API_VERSION, kind: START_FILE_KIND, ...fields }), {
      mode: 0o600,
    });
    await rename(`${path}.new`, path);
  } catch (error) {
    // Files fail with the system's errors only.
    throw cannotWrite(path, error as NodeJS.ErrnoException);
  }
}

async function defaultsText(env: CliContext["env"]): Promise<string | undefined> {
  const path = defaultsPath(env);
  return await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
    // A place that cannot be is told about by whoever is to write there.
    if (cause.code === "ENOENT" || cause.code === "ENOTDIR") return undefined;
    throw new UserError(`Cannot read ${path}: ${cause.message}`, { cause });
  });
}
