import { isJsonObject, type JsonValue, setKey } from "../../../lib/json/json-value.ts";
import { UserError } from "../../../lib/user-error.ts";
import { type FieldSpec, type Slot, withFieldsChanged } from "../field-spec.ts";
import { valueAtPath } from "../match-path.ts";
import { type Gvk, isSameGvk, isSameId, resourceId } from "../resource-id.ts";
import { type Resources, withAnyId } from "../resource-list.ts";
import type { Resource } from "../resource.ts";
import { isScalar, scalarText } from "../scalar-text.ts";
import { splitBracketedPath } from "../split-path.ts";

/** A name for the value of a field, for use as `$(NAME)` in others. */
export interface Var {
  readonly name: string;
  readonly target: Gvk & { readonly name: string; readonly namespace: string };
  readonly fieldPath: string;
}

/** Notes at each resource which vars take their value from it. */
export function withVars(resources: Resources, vars: readonly Var[]): Resources {
  let result = resources;
  for (const each of vars) {
    const { target } = each;
    const id = resourceId(target, target.name, target.namespace);
    const isExact = target.namespace !== "" || id.isClusterScoped;
    const found = withAnyId(result, (other) =>
      isExact ? isSameId(id, other) : other.name === id.name && isSameGvk(other, id),
    );
    if (found.length > 1)
      throw new UserError(`found ${found.length} resId matches for var ${goVarText(each)} (unable to disambiguate)`);
    result = result.map((resource) =>
      resource === found[0] ? { ...resource, vars: [...resource.vars, each.name] } : resource,
    );
  }
  return result;
}

/** `{Name {APIVersion {Group Version Kind} Name Namespace} {FieldPath}}`, as Go shows it. */
const goVarText = ({ name, target, fieldPath }: Var): string =>
  `{${name} {${target.group === "" ? target.version : `${target.group}/${target.version}`} {${target.group} ${target.version} ${target.kind} false} ${target.name} ${target.namespace}} {${fieldPath}}}`;

/** Puts the values of vars where `$(NAME)` stands in the fields that may have them. */
export function withVarsResolved(resources: Resources, vars: readonly Var[], specs: readonly FieldSpec[]): Resources {
  const sorted = vars.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const values = new Map(sorted.map((each) => [each.name, varValue(resources, each)]));
  if (values.size === 0) return resources;
  const valueOf = (name: string): JsonValue => {
    const value = values.get(name);
    return value === undefined || !isScalar(value) ? `$(${name})` : value;
  };
  return resources.map((resource) => withFieldsChanged(resource, specs, (slot) => resolveIn(slot, valueOf)));
}

function varValue(resources: Resources, each: Var): JsonValue {
  const source = resources.find(({ vars }) => vars.includes(each.name));
  if (!source)
    throw new UserError(`var '${goVarText(each)}' cannot be mapped to a field in the set of known resources`);
  const value = fieldValue(source, each.fieldPath);
  if (value === undefined)
    throw new UserError(`field specified in var '${goVarText(each)}' not found in corresponding resource`);
  return value;
}

function fieldValue({ value }: Resource, path: string): JsonValue | undefined {
  const parts = splitBracketedPath(path, ".").flatMap((part) => {
    const [, name = "", index] = /^(.*)\[(\d+)\]$/.exec(part) ?? [];
    return index === undefined ? [part] : name === "" ? [index] : [name, index];
  });
  return valueAtPath(value, parts);
}

function resolveIn({ value, set }: Slot, valueOf: (name: string) => JsonValue): void {
  if (typeof value === "string") set(withReferences(value, valueOf));
  else if (Array.isArray(value)) {
    const texts = value.filter((item) => typeof item === "string");
    if (texts.length < value.length) throw new UserError("invalid value type expect a string");
    set(texts.map((item) => withReferences(item, valueOf)));
  } else if (isJsonObject(value))
    for (const [key, inner] of Object.entries(value))
      if (typeof inner === "string") setKey(value, key, withReferences(inner, valueOf));
}

/** A text that is nothing but a reference becomes the value itself; `$$` stands for a dollar sign. */
function withReferences(text: string, valueOf: (name: string) => JsonValue): JsonValue {
  const whole = /^\$\(([^)]*)\)$/.exec(text);
  if (whole) return valueOf(whole[1] ?? "");
  return text.replaceAll(/\$(?:\$|\(([^)]*)\))/g, (found, name: string | undefined) =>
    name === undefined ? (found === "$$" ? "$" : found) : scalarText(valueOf(name)),
  );
}
