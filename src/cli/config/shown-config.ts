import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";

import { byteOrder } from "../../lib/json/json-text.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { textIn } from "../objects/api-object.ts";
import { BODY_KEYS, type ConfigList, FIELDS, isEmpty, orderedBody } from "./config-fields.ts";
import type { ConfigEntry, ConfigFiles } from "./config-files.ts";

type Entries = ReadonlyMap<string, ConfigEntry>;

/** All files as one object, in kubectl's form and order. */
export function shownConfig(files: ConfigFiles): JsonObject {
  return {
    kind: "Config",
    apiVersion: "v1",
    ...(Object.keys(files.preferences).length === 0 ? {} : { preferences: files.preferences }),
    clusters: shownList("clusters", files.clusters),
    users: shownList("users", files.users),
    contexts: shownList("contexts", files.contexts),
    "current-context": files.currentContext,
  };
}

function shownList(list: ConfigList, entries: Entries): JsonObject[] | null {
  const names = [...entries.keys()].toSorted(byteOrder);
  if (names.length === 0) return null;
  return names.map((name) => ({ name, [BODY_KEYS[list]]: orderedBody(list, entries.get(name)?.body ?? {}) }));
}

/** Only the current context, or the one that is asked for, with its cluster and user. */
export function minified(files: ConfigFiles, asked: string): ConfigFiles {
  const currentContext = asked || files.currentContext;
  if (currentContext === "") throw new UserError("current-context must exist in order to minify");
  const context = files.contexts.get(currentContext);
  if (!context) throw new UserError(`cannot locate context ${currentContext}`);
  return {
    ...files,
    currentContext,
    contexts: new Map([[currentContext, context]]),
    clusters: only(files.clusters, "cluster", context),
    users: only(files.users, "user", context),
  };
}

function only(entries: Entries, key: "cluster" | "user", context: ConfigEntry): Entries {
  const name = textIn(context.body, key);
  if (name === "") return new Map();
  const entry = entries.get(name);
  if (!entry) throw new UserError(`cannot locate ${key} ${name}`);
  return new Map([[name, entry]]);
}

/** Secrets are kept from the screen, and data that nobody reads is left out. */
export function redacted(files: ConfigFiles): ConfigFiles {
  return {
    ...files,
    clusters: redactedList("clusters", files.clusters),
    users: redactedList("users", files.users),
  };
}

function redactedList(list: ConfigList, entries: Entries): Entries {
  return mapped(entries, (entry) => {
    const hidden = FIELDS[list]
      .filter(({ name, isSecret }) => isSecret && !isEmpty(entry.body[name]))
      .map(({ name, type }) => [name, type === "base64" ? "DATA+OMITTED" : "REDACTED"] as const);
    return { ...entry.body, ...Object.fromEntries(hidden) };
  });
}

/** What paths name is put in their place. */
export async function flattened(files: ConfigFiles, cwd: string): Promise<ConfigFiles> {
  return {
    ...files,
    clusters: await flattenedList("clusters", files.clusters, cwd),
    users: await flattenedList("users", files.users, cwd),
  };
}

async function flattenedList(list: ConfigList, entries: Entries, cwd: string): Promise<Entries> {
  const bodies = new Map<string, JsonObject>();
  const dataNames = new Set(FIELDS[list].flatMap(({ name, type }) => (type === "base64" ? [name] : [])));
  for (const [name, { body, file }] of entries) {
    const flat = { ...body };
    for (const field of FIELDS[list]) {
      const path = textIn(flat, field.name);
      const dataName = `${field.name}-data`;
      if (!field.isPath || path === "" || !dataNames.has(dataName)) continue;
      // Data that is there already wins over the file.
      if (isEmpty(flat[dataName])) flat[dataName] = await contentOf(path, resolve(cwd, dirname(file)));
      delete flat[field.name];
    }
    bodies.set(name, flat);
  }
  return mapped(entries, (entry, name) => bodies.get(name) ?? entry.body);
}

async function contentOf(path: string, folder: string): Promise<string> {
  return await readFile(resolve(folder, path), "base64").catch((error: NodeJS.ErrnoException) => {
    throw new UserError(error.code === "ENOENT" ? `open ${path}: no such file or directory` : error.message);
  });
}

const mapped = (entries: Entries, change: (entry: ConfigEntry, name: string) => JsonObject): Entries =>
  new Map([...entries].map(([name, entry]) => [name, { ...entry, body: change(entry, name) }]));
