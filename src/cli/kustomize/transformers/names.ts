import type { FieldSpec, Slot } from "../field-spec.ts";
import { withFieldsChanged } from "../field-spec.ts";
import { effectiveNamespace, type Gvk, isSelected } from "../resource-id.ts";
import type { Resources } from "../resource-list.ts";
import { currentId, originalId, type Resource } from "../resource.ts";
import { scalarText } from "../scalar-text.ts";

/** Kinds whose names mean something and stay. */
const KEEPS_NAME: readonly Partial<Gvk>[] = [
  { kind: "CustomResourceDefinition" },
  { group: "apiregistration.k8s.io", kind: "APIService" },
  { kind: "Namespace" },
];

export const prefixed = (resources: Resources, prefix: string, specs: readonly FieldSpec[]): Resources =>
  resources.map((each) => renamed(each, specs, "prefixes", prefix, (name) => `${prefix}${name}`));

export const suffixed = (resources: Resources, suffix: string, specs: readonly FieldSpec[]): Resources =>
  resources.map((each) => renamed(each, specs, "suffixes", suffix, (name) => `${name}${suffix}`));

function renamed(
  resource: Resource,
  specs: readonly FieldSpec[],
  affixes: "prefixes" | "suffixes",
  affix: string,
  rename: (name: string) => string,
): Resource {
  const id = originalId(resource);
  if (KEEPS_NAME.some((gvk) => isSelected(id, gvk))) return resource;
  let result = resource;
  for (const spec of specs) {
    if (!isSelected(id, spec)) continue;
    if (spec.path === "metadata/name") result = { ...remembered(result), [affixes]: [...result[affixes], affix] };
    const change = (slot: Slot): void => slot.set(rename(slot.value === null ? "" : scalarText(slot.value)));
    result = withFieldsChanged(result, [spec], change, "scalar");
  }
  return result;
}

/** With its present name among the former ones: before a change of the name, by which others may refer to it. */
export function remembered(resource: Resource): Resource {
  const id = currentId(resource);
  const name = { kind: id.kind, name: id.name, namespace: effectiveNamespace(id) };
  return { ...resource, previous: [...resource.previous, name] };
}
