import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";

import { type Document, isMap, isSeq, type YAMLMap } from "yaml";

import { changeKubeconfig } from "../../cluster/access/kubeconfig.ts";
import { isJsonObject, type JsonObject } from "../../lib/json/json-value.ts";
import type { CliContext } from "../context.ts";
import { BODY_KEYS, type ConfigList } from "./config-fields.ts";

/** One change of one file. What it does not name stays as it is written, comments included. */
export type ConfigChange = { readonly file: string } & (
  | {
      readonly kind: "set-entry";
      readonly list: ConfigList;
      readonly name: string;
      readonly before: JsonObject;
      readonly after: JsonObject;
    }
  | { readonly kind: "delete-entry"; readonly list: ConfigList; readonly name: string }
  | { readonly kind: "rename-entry"; readonly list: ConfigList; readonly name: string; readonly newName: string }
  | { readonly kind: "set-value"; readonly path: readonly string[]; readonly value: unknown }
);

export async function changeConfig(
  changes: readonly ConfigChange[],
  { clock, cwd }: Pick<CliContext, "clock" | "cwd">,
): Promise<void> {
  const changesByFile = Map.groupBy(changes, ({ file }) => file);
  for (const [file, ofFile] of changesByFile) {
    await changeKubeconfig(resolve(cwd, file), clock, (document) => {
      for (const change of ofFile) applyChange(document, change);
    });
  }
}

function applyChange(document: Document, change: ConfigChange): void {
  switch (change.kind) {
    case "set-entry":
      return setEntry(document, change);
    case "delete-entry": {
      const items = document.get(change.list);
      if (isSeq(items)) items.items = items.items.filter((item) => !isNamed(item, change.name));
      return;
    }
    case "rename-entry":
      entryNode(document, change.list, change.name)?.set("name", change.newName);
      return;
    case "set-value":
      document.setIn(change.path, change.value);
  }
}

type SetEntry = Extract<ConfigChange, { readonly kind: "set-entry" }>;

function setEntry(document: Document, { list, name, before, after }: SetEntry): void {
  const key = BODY_KEYS[list];
  const entry = entryNode(document, list, name);
  if (entry) {
    const body = entry.get(key);
    if (isMap(body)) changeMap(document, body, before, after);
    else entry.set(key, document.createNode(after));
    return;
  }
  const added = { [key]: after, name };
  const items = document.get(list);
  if (!isSeq(items)) {
    document.set(list, document.createNode([added]));
    return;
  }
  // An empty list was written as `[]`: it must not stay in that form once it has members.
  if (items.items.length === 0) items.flow = false;
  items.add(document.createNode(added));
}

/** Touches only what differs, so that the rest keeps its form. */
function changeMap(document: Document, map: YAMLMap, before: JsonObject, after: JsonObject): void {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, wanted] = [before[key], after[key]];
    if (isDeepStrictEqual(old, wanted)) continue;
    const child = map.get(key);
    if (wanted === undefined) map.delete(key);
    else if (isMap(child) && isJsonObject(old) && isJsonObject(wanted)) changeMap(document, child, old, wanted);
    // A plain value goes into the scalar that is there, which keeps the comment behind it.
    else map.set(key, typeof wanted === "object" ? document.createNode(wanted) : wanted);
  }
}

function entryNode(document: Document, list: ConfigList, name: string): YAMLMap | undefined {
  const items = document.get(list);
  return isSeq(items) ? items.items.find((item): item is YAMLMap => isNamed(item, name)) : undefined;
}

const isNamed = (item: unknown, name: string): boolean => isMap(item) && item.get("name") === name;
