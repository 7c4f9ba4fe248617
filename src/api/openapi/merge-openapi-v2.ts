import { isJsonObject, jsonEqual, type JsonObject, type JsonValue } from "../../lib/json/json-value.ts";

/**
 * A document of OpenAPI v2 with the paths that another one has below `prefix`, and what those refer to. What both name but describe
 * differently is kept twice, the other's as NAME_v2, NAME_v3 ... (kube-openapi/pkg/aggregator).
 */
export function mergedOpenApiV2(ours: JsonObject, theirs: JsonObject, prefix: string): JsonObject {
  const known = objectAt(ours, "paths");
  const paths = Object.fromEntries(
    Object.entries(objectAt(theirs, "paths")).filter(([path]) => path.startsWith(prefix) && !(path in known)),
  );
  if (Object.keys(paths).length === 0) return ours;
  const used = referredTo(paths, theirs);
  const names = new Map([...used].map((reference) => [reference, freeReference(reference, ours, theirs)]));
  const merged: JsonObject = { ...ours, paths: { ...known, ...(renamed(paths, names) as JsonObject) } };
  for (const [reference, name] of names) {
    const [section, key] = partsOf(name);
    const entries = objectAt(merged, section);
    const added = renamed(entryOf(theirs, reference) ?? {}, names);
    merged[section] = { ...entries, [key]: withKindsOfBoth(entries[key], added) };
  }
  return merged;
}

const REFERENCE = /^#\/(definitions|parameters)\/(.+)$/;

function partsOf(reference: string): readonly [section: string, key: string] {
  const [, section = "", key = ""] = REFERENCE.exec(reference) ?? [];
  return [section, key];
}

const objectAt = (object: JsonObject, key: string): JsonObject => {
  const value = object[key];
  return isJsonObject(value) ? value : {};
};

function entryOf(document: JsonObject, reference: string): JsonValue | undefined {
  const [section, key] = partsOf(reference);
  return objectAt(document, section)[key];
}

/** All that `value` refers to in the document, directly or through what it refers to. */
function referredTo(value: JsonValue, document: JsonObject): Set<string> {
  const found = new Set<string>();
  const waiting: JsonValue[] = [value];
  for (let each = waiting.pop(); each !== undefined; each = waiting.pop()) {
    for (const reference of referencesIn(each)) {
      if (found.has(reference)) continue;
      found.add(reference);
      const entry = entryOf(document, reference);
      if (entry !== undefined) waiting.push(entry);
    }
  }
  return found;
}

function* referencesIn(value: JsonValue): Generator<string> {
  if (Array.isArray(value)) for (const item of value) yield* referencesIn(item);
  if (!isJsonObject(value)) return;
  for (const [key, child] of Object.entries(value)) {
    if (key === "$ref" && typeof child === "string" && REFERENCE.test(child)) yield child;
    else if (child !== undefined) yield* referencesIn(child);
  }
}

/** The reference itself, if nothing else has its name; else the first name that is free, or is of the same thing already. */
function freeReference(reference: string, ours: JsonObject, theirs: JsonObject): string {
  const entry = entryOf(theirs, reference);
  for (let number = 1; ; number++) {
    const name = number === 1 ? reference : `${reference}_v${number}`;
    const taken = entryOf(ours, name);
    if (taken === undefined && (number === 1 || entryOf(theirs, name) === undefined)) return name;
    if (taken !== undefined && jsonEqual(withoutKinds(taken), withoutKinds(entry))) return name;
  }
}

const KINDS = "x-kubernetes-group-version-kind";

function withoutKinds(entry: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(entry)) return entry;
  const { [KINDS]: _, ...rest } = entry;
  return rest;
}

/** The same definition may stand for a kind of each group: options, say. */
function withKindsOfBoth(ours: JsonValue | undefined, theirs: JsonValue): JsonValue {
  if (!isJsonObject(ours) || !isJsonObject(theirs)) return theirs;
  const before = [ours[KINDS] ?? []].flat();
  const added = [theirs[KINDS] ?? []].flat().filter((kind) => !before.some((each) => jsonEqual(each, kind)));
  return added.length === 0 ? ours : { ...ours, [KINDS]: [...before, ...added] };
}

function renamed(value: JsonValue, names: ReadonlyMap<string, string>): JsonValue {
  if (Array.isArray(value)) return value.map((item) => renamed(item, names));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child = null]) => [
      key,
      key === "$ref" && typeof child === "string" ? (names.get(child) ?? child) : renamed(child, names),
    ]),
  );
}
