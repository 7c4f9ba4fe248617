import { dirname, resolve } from "node:path";

import { kubeconfigPath } from "../../cluster/access/kubeconfig.ts";
import { isJsonObject, type JsonObject } from "../../lib/json/json-value.ts";
import type { CliContext } from "../context.ts";
import { kubeconfigPaths, parsedKubeconfig, withAbsolutePaths } from "../kubeconfig/kubeconfig.ts";
import { BODY_KEYS, type ConfigList } from "./config-fields.ts";

export interface ConfigEntry {
  readonly body: JsonObject;
  /** Where it is defined, and thus changed. */
  readonly file: string;
}

/** All kubeconfig files together, with where each part comes from. */
export interface ConfigFiles {
  readonly clusters: ReadonlyMap<string, ConfigEntry>;
  readonly users: ReadonlyMap<string, ConfigEntry>;
  readonly contexts: ReadonlyMap<string, ConfigEntry>;
  readonly currentContext: string;
  readonly currentContextFile: string;
  readonly preferences: JsonObject;
  /** Gets what is new. */
  readonly defaultFile: string;
}

interface ReadOptions {
  /** Leaves paths as they are written instead of making them absolute. */
  readonly keepsPaths?: boolean;
}

/** `named` is --kubeconfig: the only file then, and one that need not exist. */
export async function readConfigFiles(
  named: string,
  { env, cwd }: Pick<CliContext, "env" | "cwd">,
  { keepsPaths = false }: ReadOptions = {},
): Promise<ConfigFiles> {
  const paths = named === "" ? kubeconfigPaths(env) : [named];
  const files = await Promise.all(
    paths.map(async (path) => {
      const location = resolve(cwd, path);
      const parsed = await parsedKubeconfig(location);
      const file: unknown = keepsPaths ? parsed : withAbsolutePaths(parsed, dirname(location));
      return { path, file: isJsonObject(file) ? file : {} };
    }),
  );
  const defaultFile = named === "" ? await kubeconfigPath(env) : named;
  const current = files.find(({ file }) => textOf(file["current-context"]) !== "");
  const preferences = files.map(({ file }) => file["preferences"]).find(isJsonObject);
  return {
    clusters: entries("clusters", files),
    users: entries("users", files),
    contexts: entries("contexts", files),
    currentContext: textOf(current?.file["current-context"]),
    currentContextFile: current?.path ?? defaultFile,
    preferences: preferences ?? {},
    defaultFile,
  };
}

/** The first file that has a name wins. */
function entries(
  list: ConfigList,
  files: readonly { readonly path: string; readonly file: JsonObject }[],
): ReadonlyMap<string, ConfigEntry> {
  const found = new Map<string, ConfigEntry>();
  for (const { path, file } of files) {
    const items = file[list];
    if (!Array.isArray(items)) continue;
    for (const item of items) {
      if (!isJsonObject(item)) continue;
      const name = textOf(item["name"]);
      const body = item[BODY_KEYS[list]];
      if (!found.has(name)) found.set(name, { body: isJsonObject(body) ? body : {}, file: path });
    }
  }
  return found;
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");
