import { parseDocument } from "yaml";

import { goJson } from "../../../lib/json/json-text.ts";
import { cloneJson, isJsonObject, type JsonValue } from "../../../lib/json/json-value.ts";
import { UserError } from "../../../lib/user-error.ts";
import { type Match, matchesOf, type Missing, valueAtPath } from "../match-path.ts";
import { yamlValue } from "../read-yaml.ts";
import { isSelected, isSameNamespace, idText, type ResourceId, resourceId } from "../resource-id.ts";
import { isIdMatch, isLabelMatch, type Resources, type Selector } from "../resource-list.ts";
import { currentId, previousIds, type Resource } from "../resource.ts";
import { isScalar, rewritten, scalarText } from "../scalar-text.ts";
import { splitBracketedPath } from "../split-path.ts";

/** A value of one resource, put into fields of others. */
export interface Replacement {
  readonly source?: ReplacementSource;
  readonly sourceValue?: string;
  readonly targets?: readonly ReplacementTarget[];
}

interface ReplacementSource extends Omit<Selector, "labelSelector" | "annotationSelector"> {
  readonly fieldPath?: string;
  readonly options?: FieldOptions;
}

interface ReplacementTarget {
  readonly select?: Selector;
  readonly reject?: readonly Selector[];
  readonly fieldPaths?: readonly string[];
  readonly options?: FieldOptions;
}

interface FieldOptions {
  readonly delimiter?: string;
  readonly index?: number;
  readonly create?: boolean;
}

const DEFAULT_FIELD = "metadata.name";

export const withReplacements = (resources: Resources, replacements: readonly Replacement[]): Resources =>
  replacements.reduce((result, replacement) => {
    const { source, sourceValue, targets } = replacement;
    if ((!source && sourceValue === undefined) || !targets)
      throw new UserError("replacements must specify a source and at least one target");
    if (source && sourceValue !== undefined) throw new UserError("value and resource selectors are mutually exclusive");
    const value = source ? sourceOf(result, source) : (sourceValue ?? "");
    return targets.reduce((each, target) => withTarget(each, target, value), result);
  }, resources);

function sourceOf(resources: Resources, source: ReplacementSource): JsonValue {
  const found = resources.filter((each) => idsOf(each).some((id) => isSelectedBy(id, source)));
  const [only] = found;
  if (found.length > 1) throw new UserError(`multiple matches for selector ${sourceText(source)}`);
  if (!only) throw new UserError(`nothing selected by ${sourceText(source)}`);
  const path = source.fieldPath || DEFAULT_FIELD;
  const value = lookedUp(only, path);
  if (value === undefined || value === null || isEmptyMap(value))
    throw new UserError(`fieldPath \`${path}\` is missing for replacement source ${selectorId(source)}`);
  return refined(value, source.options);
}

function lookedUp({ value }: Resource, path: string): JsonValue | undefined {
  try {
    return valueAtPath(value, splitBracketedPath(path, "."));
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`error looking up replacement source: ${error.message}`);
    throw error;
  }
}

const isEmptyMap = (value: JsonValue): boolean => isJsonObject(value) && Object.keys(value).length === 0;

const idsOf = (resource: Resource): readonly ResourceId[] => [currentId(resource), ...previousIds(resource)];

function isSelectedBy(id: ResourceId, { name = "", namespace = "", ...gvk }: ReplacementSource): boolean {
  const wanted = resourceId({ group: "", version: "", kind: "", ...gvk }, name, namespace);
  return (
    (name === "" || name === id.name) &&
    (namespace === "" || isSameNamespace(wanted, { ...id, isClusterScoped: false })) &&
    isSelected(id, gvk)
  );
}

const selectorId = ({ group = "", version = "", kind = "", name = "", namespace = "" }: ReplacementSource): string =>
  idText({ group, version, kind, name, namespace, isClusterScoped: false });

function sourceText(source: ReplacementSource): string {
  const { delimiter = "", index = 0, create = false } = source.options ?? {};
  const options = delimiter === "" && !create ? [] : [`${delimiter}(${index}), create=${String(create)}`];
  return [selectorId(source), ...(source.fieldPath ? [source.fieldPath] : []), ...options].join(":");
}

function refined(value: JsonValue, { delimiter = "", index = 0 }: FieldOptions = {}): JsonValue {
  if (delimiter === "") return value;
  if (!isScalar(value)) throw new UserError("delimiter option can only be used with scalar nodes");
  const part = scalarText(value).split(delimiter)[index];
  if (part === undefined) throw new UserError(`options.index ${index} is out of bounds for value ${scalarText(value)}`);
  return rewritten(value, part);
}

function withTarget(resources: Resources, target: ReplacementTarget, value: JsonValue): Resources {
  const { select, reject = [] } = target;
  if (!select) throw new UserError("target must specify resources to select");
  return resources.map((resource) => {
    const ids = idsOf(resource);
    const isMeant =
      isLabelMatch(resource, select) &&
      ids.some((id) => isIdMatch(select, id)) &&
      !reject.some((each) => isRejected(resource, ids, each));
    return isMeant ? withValue(resource, target, value) : resource;
  });
}

function isRejected(resource: Resource, ids: readonly ResourceId[], selector: Selector): boolean {
  const { labelSelector = "", annotationSelector = "", ...names } = selector;
  if ((labelSelector !== "" || annotationSelector !== "") && isLabelMatch(resource, selector)) return true;
  return Object.values(names).some((each) => each !== "") && ids.some((id) => isIdMatch(selector, id));
}

function withValue(resource: Resource, { fieldPaths, options }: ReplacementTarget, value: JsonValue): Resource {
  const root = cloneJson(resource.value);
  const missing = options?.create === true ? kindOfValue(value) : undefined;
  const start: Match = { value: root, path: [], set: () => undefined };
  for (const path of fieldPaths && fieldPaths.length > 0 ? fieldPaths : [DEFAULT_FIELD]) {
    const parts = splitBracketedPath(path, ".");
    if (setWithinText(root, parts, value, missing)) continue;
    const problem = `unable to find ${missing ? "or create " : ""}field ${JSON.stringify(path)} in replacement target`;
    const found = attempted(problem, () => matchesOf(start, parts, missing));
    if (found.length === 0) throw new UserError(problem);
    for (const match of found) match.set(replaced(match.value, cloneJson(value), options));
  }
  return { ...resource, value: root };
}

const kindOfValue = (value: JsonValue): Missing =>
  Array.isArray(value) ? "list" : isJsonObject(value) ? "map" : "scalar";

function attempted<T>(problem: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`${problem}: ${error.message}`);
    throw error;
  }
}

function replaced(old: JsonValue, value: JsonValue, { delimiter = "", index = 0 }: FieldOptions = {}): JsonValue {
  const isOldScalar = old === null || isScalar(old);
  if (delimiter === "") return isOldScalar ? rewritten(old, scalarText(value)) : value;
  if (!isOldScalar) throw new UserError("delimiter option can only be used with scalar nodes");
  const text = scalarText(value);
  const parts = (old === null ? "" : scalarText(old)).split(delimiter);
  const joined = index < 0 ? [text, ...parts] : index >= parts.length ? [...parts, text] : parts.with(index, text);
  return rewritten(old, joined.join(delimiter));
}

/** A path may lead into a text that is YAML or JSON. False when it does not. */
function setWithinText(
  root: JsonValue,
  path: readonly string[],
  value: JsonValue,
  missing: Missing | undefined,
): boolean {
  for (let length = 1; length < path.length; length++) {
    const found = attemptedValue(() =>
      matchesOf({ value: root, path: [], set: () => undefined }, path.slice(0, length), undefined),
    );
    const [match] = found ?? [];
    if (!match || found?.length !== 1 || !isScalar(match.value)) continue;
    const text = scalarText(match.value);
    const next = attemptedValue(() => textWithValue(text, path.slice(length), value, missing));
    if (next === undefined) return false;
    match.set(next);
    return true;
  }
  return false;
}

function attemptedValue<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function textWithValue(
  text: string,
  path: readonly string[],
  value: JsonValue,
  missing: Missing | undefined,
): string | undefined {
  const inner = yamlValue(text);
  const found = matchesOf({ value: inner, path: [], set: () => undefined }, path, missing);
  if (found.length === 0) return undefined;
  const document = parseDocument(text);
  for (const match of found) {
    const next = match.value === null || isScalar(match.value) ? rewritten(match.value, scalarText(value)) : value;
    match.set(next);
    document.setIn(match.path, next);
  }
  if (!/^\s*[[{]/.test(text)) return document.toString({ lineWidth: 0, indentSeq: false }).trim();
  return goJson(inner, text.includes("\n") && text.includes("  ") ? "  " : "");
}
