import { access } from "node:fs/promises";
import { dirname, isAbsolute, relative, resolve } from "node:path";

import type { JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";
import { changeConfig } from "./change-config.ts";
import { type ConfigList, FIELDS, isEmpty } from "./config-fields.ts";
import type { ConfigFiles } from "./config-files.ts";

/** Changes fields of an entry, or adds the entry. Returns whether it was there before. */
export async function setEntry(
  files: ConfigFiles,
  list: ConfigList,
  name: string,
  change: (body: JsonObject) => JsonObject,
  context: Pick<CliContext, "clock" | "cwd">,
): Promise<boolean> {
  const entry = files[list].get(name);
  const file = entry?.file ?? files.defaultFile;
  const before = entry?.body ?? {};
  const after = relativePaths(list, before, written(list, change(before)), dirname(resolve(context.cwd, file)));
  await changeConfig([{ kind: "set-entry", file, list, name, before, after }], context);
  return entry !== undefined;
}

/** Without what means nothing, and with what is always written. */
export function written(list: ConfigList, body: JsonObject): JsonObject {
  const required = new Set(FIELDS[list].flatMap(({ name, isRequired }) => (isRequired ? [name] : [])));
  const kept = Object.entries(body).filter(([key, value]) => !isEmpty(value) || required.has(key));
  const missing = [...required].filter((key) => body[key] === undefined || body[key] === null);
  return { ...Object.fromEntries(kept), ...Object.fromEntries(missing.map((key) => [key, ""])) };
}

/** New paths to files below the kubeconfig's own folder are written relative to it, as kubectl does. */
function relativePaths(list: ConfigList, before: JsonObject, after: JsonObject, folder: string): JsonObject {
  const paths = FIELDS[list].flatMap(({ name, isPath }) => {
    const path = after[name];
    if (!isPath || typeof path !== "string" || path === before[name] || !isAbsolute(path)) return [];
    const fromFolder = relative(folder, path);
    return fromFolder.startsWith("..") ? [] : [[name, fromFolder] as const];
  });
  return { ...after, ...Object.fromEntries(paths) };
}

/** For what --embed-certs reads: kubectl checks it before it touches anything. */
export async function checkReadable(flag: string, path: string, cwd: string): Promise<void> {
  await access(resolve(cwd, path)).catch((error: NodeJS.ErrnoException) => {
    const reason = error.code === "ENOENT" ? "no such file or directory" : error.message;
    throw new UserError(`could not stat ${flag} file ${path}: stat ${path}: ${reason}`);
  });
}
