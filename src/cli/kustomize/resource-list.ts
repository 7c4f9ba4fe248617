import { RE2JS } from "re2js";

import { parseLabelSelector } from "../../api/label-selector.ts";
import { isJsonObject, type JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { effectiveNamespace, goIdText, idText, isSameId, type ResourceId } from "./resource-id.ts";
import {
  anyIds,
  currentId,
  gvkOfResource,
  nameOf,
  namespaceOf,
  originalId,
  type Resource,
  textMap,
  withMetadataField,
  withTextMap,
} from "./resource.ts";

/** The resources of a build, in order. No two have the same id. */
export type Resources = readonly Resource[];

export const withId = (resources: Resources, id: ResourceId): Resources =>
  resources.filter((each) => isSameId(currentId(each), id));

export const withAnyId = (resources: Resources, matches: (id: ResourceId) => boolean): Resources =>
  resources.filter((each) => anyIds(each).some(matches));

export function appended(resources: Resources, more: Resources): Resources {
  const result = [...resources];
  for (const each of more) {
    const id = currentId(each);
    if (withId(result, id).length > 0)
      throw new UserError(`may not add resource with an already registered id: ${idText(id)}`);
    result.push(each);
  }
  return result;
}

/** Generated resources take the place of others of their name, or are merged with them, as their behavior says. */
export function absorbed(resources: Resources, generated: Resource): Resources {
  const id = currentId(generated);
  const { behavior } = generated;
  const found = withAnyId(resources, (each) => isSameId(id, each));
  const [old] = found;
  if (found.length > 1)
    throw new UserError(
      `found multiple objects ${found.map((each) => idText(currentId(each))).join(", ")} that could accept merge of ${idText(id)}`,
    );
  const isChange = behavior === "merge" || behavior === "replace";
  if (!old) {
    if (isChange) throw new UserError(`id ${goIdText(id)} does not exist; cannot merge or replace`);
    return appended(resources, [generated]);
  }
  if (!isChange)
    throw new UserError(
      `id ${goIdText(id)} exists; can not use behavior: '${behavior}', behavior must be merge or replace`,
    );
  const next = inPlaceOf(old, generated);
  return resources.map((each) => (each === old ? (behavior === "merge" ? withDataOf(next, old) : next) : each));
}

/** With the name, the labels and the past of another. */
function inPlaceOf(old: Resource, next: Resource): Resource {
  const labeled = withTextMap(next, "labels", { ...textMap(old, "labels"), ...textMap(next, "labels") });
  const annotations = { ...textMap(old, "annotations"), ...textMap(next, "annotations") };
  const named = withMetadataField(withTextMap(labeled, "annotations", annotations), "name", nameOf(old));
  const { previous, prefixes, suffixes, behavior, vars } = old;
  const placed = withMetadataField(named, "namespace", namespaceOf(old) || undefined);
  return { ...placed, previous, prefixes, suffixes, behavior, vars, needsHash: next.needsHash && old.needsHash };
}

function withDataOf(next: Resource, old: Resource): Resource {
  const value: JsonObject = { ...next.value };
  for (const field of ["data", "binaryData"]) {
    const [left, right] = [old.value[field], value[field]];
    const merged = { ...(isJsonObject(left) ? left : {}), ...(isJsonObject(right) ? right : {}) };
    if (Object.keys(merged).length > 0) value[field] = merged;
    else delete value[field];
  }
  return { ...next, value };
}

/** Which resources a patch is for: regular expressions, each for the whole of what it is about, and selectors. */
export interface Selector {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly annotationSelector?: string;
}

export const selected = (resources: Resources, selector: Selector): Resources =>
  resources.filter((each) => {
    const [current, original] = [currentId(each), originalId(each)];
    return (
      [original, current].some((id) => isMatch(selector.namespace, effectiveNamespace(id))) &&
      [original, current].some(({ name }) => isMatch(selector.name, name)) &&
      isGvkMatch(selector, gvkOfResource(each)) &&
      isLabelMatch(each, selector)
    );
  });

const isGvkMatch = (selector: Selector, gvk: Pick<ResourceId, "group" | "version" | "kind">): boolean =>
  isMatch(selector.group, gvk.group) && isMatch(selector.version, gvk.version) && isMatch(selector.kind, gvk.kind);

export const isIdMatch = (selector: Selector, id: ResourceId): boolean =>
  isGvkMatch(selector, id) && isMatch(selector.name, id.name) && isMatch(selector.namespace, id.namespace);

export function isLabelMatch(resource: Resource, { labelSelector, annotationSelector }: Selector): boolean {
  return (
    parseLabelSelector(labelSelector ?? "").matches(textMap(resource, "labels")) &&
    parseLabelSelector(annotationSelector ?? "").matches(textMap(resource, "annotations"))
  );
}

function isMatch(pattern: string | undefined, text: string): boolean {
  if (pattern === undefined || pattern === "") return true;
  return RE2JS.matches(pattern, text);
}
