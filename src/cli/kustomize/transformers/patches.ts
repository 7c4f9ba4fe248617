import { applyJsonPatch, JsonPatchError, parseJsonPatch } from "../../../lib/json/json-patch.ts";
import { JsonSyntaxError } from "../../../lib/json/json-reader.ts";
import { isJsonObject, type JsonValue } from "../../../lib/json/json-value.ts";
import { parseJson } from "../../../lib/json/strict-json.ts";
import { UserError } from "../../../lib/user-error.ts";
import type { FindSchema } from "../merge-schema.ts";
import { resourcesIn, yamlValue } from "../read-yaml.ts";
import { idText, isSameId } from "../resource-id.ts";
import { apiVersionOfGvk } from "../resource-id.ts";
import { appended, type Resources, selected, type Selector, withAnyId } from "../resource-list.ts";
import {
  currentId,
  gvkOfResource,
  metadataOf,
  nameOf,
  namespaceOf,
  originalId,
  type Resource,
  withMetadataField,
} from "../resource.ts";
import { strategicallyPatched } from "../strategic-patch.ts";
import { remembered } from "./names.ts";

export interface PatchOptions {
  readonly allowNameChange?: boolean;
  readonly allowKindChange?: boolean;
}

export interface PatchOf {
  readonly text: string;
  /** As messages name it. */
  readonly source: string;
  readonly target: Selector | undefined;
  readonly options: PatchOptions;
}

/** A patch that has been read. */
type Patch = PatchOf & ({ readonly strategic: readonly Resource[] } | { readonly operations: JsonValue });

/** Reads an entry of `patches`: its text shows whether it is a strategic merge patch or a JSON patch. */
export function readPatch(patch: PatchOf): Patch {
  const strategic = attempt(() => resourcesIn(patch.text));
  const operations = attempt(() => operationsIn(patch.text));
  if (strategic && operations && strategic.length > 0 && operations.length > 0)
    throw new UserError(`illegally qualifies as both an SM and JSON patch: ${patch.source}`);
  if (!strategic && !operations) throw new UserError(`unable to parse SM or JSON patch from ${patch.source}`);
  if (!strategic) return { ...patch, operations: operations ?? [] };
  const { allowNameChange = false, allowKindChange = false } = patch.options;
  const changes = { allowsNameChange: allowNameChange, allowsKindChange: allowKindChange };
  return { ...patch, strategic: strategic.map((each) => ({ ...each, ...changes })) };
}

export function patched(resources: Resources, patch: Patch, findSchema: FindSchema): Resources {
  if ("operations" in patch) return jsonPatched(resources, patch, patch.operations);
  const { strategic, target, source } = patch;
  if (strategic.length === 0) return resources;
  return target
    ? patchedWhereSelected(resources, target, strategic, source, findSchema)
    : patchedByName(resources, strategic, findSchema);
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UserError || error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

/** In brackets it is JSON, and YAML otherwise. */
function operationsIn(text: string): JsonValue[] {
  const value = text.startsWith("[") ? attempt(() => parseJson(text)) : yamlValue(text);
  if (!Array.isArray(value)) throw new UserError("a JSON patch is a list of operations");
  return value;
}

function patchedWhereSelected(
  resources: Resources,
  target: Selector,
  patches: readonly Resource[],
  source: string,
  findSchema: FindSchema,
): Resources {
  const [patch] = patches;
  if (!patch || patches.length > 1)
    throw new UserError(
      `Multiple Strategic-Merge Patches in one \`patches\` entry is not allowed to set \`patches.target\` field: ${source}`,
    );
  return strategicallyPatchedWhere(resources, new Set(selected(resources, target)), patch, findSchema);
}

function patchedByName(resources: Resources, patches: readonly Resource[], findSchema: FindSchema): Resources {
  let result = resources;
  for (const patch of patches) {
    const id = originalId(patch);
    const target = theOne(result, patch, `no resource matches strategic merge patch ${JSON.stringify(idText(id))}: `);
    const next = withStrategicPatch(target, patch, findSchema);
    result = result.flatMap((each) => (each === target ? (next ?? []) : each));
  }
  return result;
}

/** Entries of `patchesStrategicMerge`. */
export function patchedStrategically(
  resources: Resources,
  patches: readonly Resource[],
  findSchema: FindSchema,
): Resources {
  return patches.reduce<Resources>(
    (result, patch) => strategicallyPatchedWhere(result, new Set([theOne(result, patch)]), patch, findSchema),
    resources,
  );
}

function theOne(resources: Resources, patch: Resource, prefix = ""): Resource {
  const id = originalId(patch);
  const found = withAnyId(resources, (each) => isSameId(id, each));
  const [only] = found;
  if (only && found.length === 1) return only;
  const text = idText(id);
  throw new UserError(
    `${prefix}${only ? "multiple" : "no"} matches for Id ${text}; failed to find unique target for patch ${text}`,
  );
}

/** The patch takes the type of what it is for, since it may be for several kinds. */
function strategicallyPatchedWhere(
  resources: Resources,
  meant: ReadonlySet<Resource>,
  patch: Resource,
  findSchema: FindSchema,
): Resources {
  const result = resources.flatMap((each) => {
    if (!meant.has(each)) return [each];
    const apiVersion = apiVersionOfGvk(gvkOfResource(each));
    const own = { ...patch, value: { ...patch.value, apiVersion } };
    return withStrategicPatch(each, own, findSchema) ?? [];
  });
  return appended([], result);
}

/** Undefined when the patch deletes the resource. Name, namespace and kind stay, unless the patch may change them. */
function withStrategicPatch(resource: Resource, patch: Resource, findSchema: FindSchema): Resource | undefined {
  const { allowsNameChange, allowsKindChange } = patch;
  const before = allowsNameChange || allowsKindChange ? remembered(resource) : resource;
  const value = strategicallyPatched(before.value, patch.value, findSchema(gvkOfResource(resource)));
  if (value === undefined || Object.keys(value).length === 0) return undefined;
  const typed = allowsKindChange ? value : { ...value, kind: resource.value["kind"] };
  const named = allowsNameChange
    ? { ...before, value: typed }
    : withMetadataField({ ...before, value: typed }, "name", metadataOf(resource)["name"] ?? nameOf(resource));
  return withMetadataField(named, "namespace", namespaceOf(resource) || undefined);
}

function jsonPatched(resources: Resources, { source, target }: PatchOf, operations: JsonValue): Resources {
  if (!target) throw new UserError(`must specify a target for JSON patch ${source}`);
  const meant = new Set(selected(resources, target));
  return resources.map((each) => (meant.has(each) ? withJsonPatch(remembered(each), operations) : each));
}

/** An entry of `patchesJson6902`. */
export function patchedByOperations(resources: Resources, text: string, target: Selector): Resources {
  const meant = new Set(selected(resources, target));
  return resources.map((each) => (meant.has(each) ? withJsonPatch(each, operationsIn(text)) : each));
}

/**
 * kustomize keeps what it knows of a resource in annotations while it builds: once it knows something, there are annotations to
 * which an operation can add one.
 */
function withJsonPatch(resource: Resource, patch: JsonValue): Resource {
  const isKnown = resource.previous.length > 0 || resource.needsHash || resource.behavior !== "unspecified";
  const hasAnnotations = isJsonObject(metadataOf(resource)["annotations"]);
  const start = isKnown && !hasAnnotations ? withMetadataField(resource, "annotations", {}) : resource;
  try {
    const value = applyJsonPatch(start.value, parseJsonPatch(patch));
    if (!isJsonObject(value)) throw new UserError(`a patch of ${idText(currentId(resource))} leaves no object`);
    const next = { ...resource, value };
    const annotations = metadataOf(next)["annotations"];
    const isLeftEmpty = isJsonObject(annotations) && Object.keys(annotations).length === 0;
    return isLeftEmpty && !hasAnnotations ? withMetadataField(next, "annotations", undefined) : next;
  } catch (error) {
    if (error instanceof JsonPatchError) throw new UserError(error.message);
    throw error;
  }
}
