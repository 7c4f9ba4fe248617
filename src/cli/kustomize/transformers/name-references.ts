import { cloneJson, isJsonObject, type JsonObject, ownValue } from "../../../lib/json/json-value.ts";
import { UserError } from "../../../lib/user-error.ts";
import { yamlText } from "../../../lib/yaml/yaml-text.ts";
import type { NameReference } from "../default-specs.ts";
import { changeFields, type FieldSpec, type Slot } from "../field-spec.ts";
import { effectiveNamespace, type Gvk, idText, isSameNamespace, isSelected, NO_NAMESPACE } from "../resource-id.ts";
import type { Resources } from "../resource-list.ts";
import {
  currentId,
  gvkOfResource,
  kindOf,
  nameOf,
  namespaceOf,
  originalId,
  previousIds,
  type Resource,
  textOf,
} from "../resource.ts";
import { scalarText } from "../scalar-text.ts";

/** Every field that names a resource by a former name gets its present one. */
export const withReferencesFixed = (resources: Resources, references: readonly NameReference[]): Resources =>
  resources.map((resource) => {
    const candidates = reachable(resources, resource);
    const value = cloneJson(resource.value);
    const id = originalId(resource);
    for (const { fieldSpecs, ...target } of references) {
      for (const spec of fieldSpecs)
        if (isSelected(id, spec)) fixField({ referrer: resource, candidates, target, spec }, value);
    }
    return { ...resource, value };
  });

/** Those of its namespace and of none; of a binding also those of the namespaces of its subjects. */
function reachable(resources: Resources, referrer: Resource): Resources {
  const id = currentId(referrer);
  if (id.isClusterScoped) return resources;
  const namespaces = subjectNamespaces(referrer);
  return resources.filter((each) => {
    const other = currentId(each);
    return other.isClusterScoped || isSameNamespace(other, id) || namespaces.has(namespaceOf(each));
  });
}

function subjectNamespaces(resource: Resource): ReadonlySet<string> {
  const { subjects } = resource.value;
  if (kindOf(resource) !== "RoleBinding" || !Array.isArray(subjects)) return new Set();
  const accounts = subjects.filter(isJsonObject).filter((subject) => textOf(subject, "kind") === "ServiceAccount");
  return new Set(accounts.filter(({ namespace }) => namespace !== undefined).map((each) => textOf(each, "namespace")));
}

interface Search {
  readonly referrer: Resource;
  readonly candidates: Resources;
  /** The kind that is referred to. */
  readonly target: Partial<Gvk>;
  readonly spec: FieldSpec;
}

function fixField(search: Search, value: JsonObject): void {
  const { spec, referrer } = search;
  try {
    changeFields(value, { path: spec.path, ...gvkOfResource(referrer) }, (slot) => fix(search, slot));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      `updating name reference in '${spec.path}' field of '${idText(currentId(referrer))}': ${error.message}`,
    );
  }
}

function fix(search: Search, { value, set }: Slot): void {
  if (value === null) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      if (Array.isArray(item)) throw new UserError("a name is expected to be either a string or a map of string");
      fix(search, { value: item, set: (next) => void (value[index] = next) });
    }
    return;
  }
  if (isJsonObject(value)) return fixMap(search, value);
  const found = referral(search, scalarText(value), search.candidates, ([first, ...rest]) =>
    rest.every((each) => first !== undefined && nameOf(each) === nameOf(first)),
  );
  if (found && nameOf(found) !== value) set(nameOf(found));
}

/** A map with a name, and perhaps a namespace. */
function fixMap(search: Search, map: JsonObject): void {
  const name = ownValue(map, "name");
  if (name === undefined || name === null) throw new UserError("path config error; no 'name' field in node");
  const found = referral(search, scalarText(name), ofNamespace(search.candidates, map), ([first, ...rest]) =>
    rest.every(
      (each) => first !== undefined && nameOf(each) === nameOf(first) && namespaceOf(each) === namespaceOf(first),
    ),
  );
  if (!found) return;
  map["name"] = nameOf(found);
  if (namespaceOf(found) !== "") map["namespace"] = namespaceOf(found);
}

function ofNamespace(candidates: Resources, map: JsonObject): Resources {
  const namespace = ownValue(map, "namespace");
  if (namespace === undefined) return candidates;
  const wanted = namespace === null ? "" : scalarText(namespace);
  if (wanted === NO_NAMESPACE) return [];
  const once = candidates.filter((each) => effectiveNamespace(originalId(each)) === wanted);
  return once.length > 0 ? once : candidates.filter((each) => effectiveNamespace(currentId(each)) === wanted);
}

/** The steps are kustomize's (filters/nameref): each sieve leaves fewer, until one is left. */
function referral(
  { referrer, target, spec }: Search,
  oldName: string,
  candidates: Resources,
  areAlike: (candidates: Resources) => boolean,
): Resource | undefined {
  const roleRef = spec.path.endsWith("roleRef/name") ? roleOf(referrer) : undefined;
  const id = currentId(referrer);
  const named = candidates.filter(
    (each) =>
      previousIds(each).some(({ name }) => name === oldName) &&
      previousIds(each).some((previous) => isSelected(previous, target)) &&
      (!roleRef || previousIds(each).some((previous) => isSelected(previous, roleRef))) &&
      (id.isClusterScoped ||
        currentId(each).isClusterScoped ||
        kindOf(each) === "ServiceAccount" ||
        isSameNamespace(id, currentId(each))),
  );
  if (named.length <= 1) return named[0];
  const close = named.filter((each) => hasSameAffixes(each, referrer, true));
  const left = close.length > 1 ? close.filter((each) => hasSameAffixes(each, referrer, false)) : close;
  if (left.length <= 1 || areAlike(left)) return left[0];
  throw new UserError(tooMany(referrer, left));
}

function roleOf({ value }: Resource): Partial<Gvk> | undefined {
  const { roleRef } = value;
  if (!isJsonObject(roleRef) || roleRef["apiGroup"] === undefined || roleRef["kind"] === undefined) return undefined;
  return { group: textOf(roleRef, "apiGroup"), kind: textOf(roleRef, "kind") };
}

function hasSameAffixes(left: Resource, right: Resource, allowsNone: boolean): boolean {
  const isSame = (a: readonly string[], b: readonly string[]): boolean =>
    (allowsNone && (a.length === 0 || b.length === 0)) || haveSameEnd(a, b);
  return isSame(left.prefixes, right.prefixes) && isSame(left.suffixes, right.suffixes);
}

/** The shorter of the two lists is the end of the other; an empty one is only that of another empty one. */
function haveSameEnd(left: readonly string[], right: readonly string[]): boolean {
  const length = Math.min(left.length, right.length);
  if (length === 0) return left.length === right.length;
  const [a, b] = [left.slice(left.length - length), right.slice(right.length - length)];
  return a.every((each, index) => each === b[index]);
}

function tooMany(referrer: Resource, found: Resources): string {
  const ids = found.map((each) => idText(currentId(each))).join(", ");
  const details = found.map((each, index) => `--- possible referral ${index}:\n${yamlText(each.value)}\n`).join("");
  return `found multiple possible referrals: ${ids}\n\n**** Too many possible referral targets to referrer:\n${yamlText(referrer.value)}\n${details}`;
}
