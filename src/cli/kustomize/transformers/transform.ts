import { UserError } from "../../../lib/user-error.ts";
import { yamlText } from "../../../lib/yaml/yaml-text.ts";
import type { Target } from "../accumulate.ts";
import { decodedShape } from "../decode-shape.ts";
import type { TransformerConfig } from "../default-specs.ts";
import { mergedSpecs } from "../field-spec.ts";
import { type LabelEntry, type PatchEntry, replacementShape } from "../kustomization.ts";
import { resourcesIn, yamlValue } from "../read-yaml.ts";
import type { Resources } from "../resource-list.ts";
import type { Resource } from "../resource.ts";
import { withImage } from "./images.ts";
import { withEntries } from "./maps.ts";
import { prefixed, suffixed } from "./names.ts";
import { inNamespace } from "./namespace.ts";
import { patched, patchedByOperations, patchedStrategically, type PatchOf, readPatch } from "./patches.ts";
import { type Replacement, withReplacements } from "./replacements.ts";
import { withReplicas } from "./replicas.ts";

/** Everything that a kustomization changes, in kustomize's order. */
export async function transformed(target: Target, start: Resources, config: TransformerConfig): Promise<Resources> {
  const { kustomization, findSchema } = target;
  const { namespace = "", namePrefix = "", nameSuffix = "", commonLabels, commonAnnotations = {} } = kustomization;
  let resources = patchedStrategically(start, await strategicPatches(target), findSchema);
  const patches = await Promise.all((kustomization.patches ?? []).map(async (entry) => await patchOf(target, entry)));
  for (const patch of patches) resources = patched(resources, patch, findSchema);
  if (namespace !== "") resources = inNamespace(resources, namespace, config.namespace);
  if (namePrefix !== "") resources = prefixed(resources, namePrefix, config.namePrefix);
  if (nameSuffix !== "") resources = suffixed(resources, nameSuffix, config.nameSuffix);
  for (const label of kustomization.labels ?? []) resources = withLabels(resources, label, config);
  resources = withEntries(resources, commonLabels ?? {}, config.commonLabels);
  resources = withEntries(resources, commonAnnotations, config.commonAnnotations);
  for (const entry of kustomization.patchesJson6902 ?? [])
    // oxlint-disable-next-line no-await-in-loop -- a patch sees what those before it did
    resources = await withOperations(target, resources, entry);
  for (const { name = "", count = 0 } of kustomization.replicas ?? [])
    resources = withReplicas(resources, { name, count }, config.replicas);
  for (const image of [...(kustomization.images ?? []), ...(kustomization.imageTags ?? [])])
    resources = withImage(resources, image, config.images);
  return withReplacements(resources, await replacementsOf(target));
}

function withLabels(resources: Resources, label: LabelEntry, config: TransformerConfig): Resources {
  const { pairs = {}, includeSelectors = false, includeTemplates = false, fields = [] } = label;
  const own = mergedSpecs(fields, config.labels);
  const specs = includeSelectors
    ? mergedSpecs(own, config.commonLabels)
    : mergedSpecs(includeTemplates ? mergedSpecs(own, config.templateLabels) : own, [
        { path: "metadata/labels", create: true },
      ]);
  return withEntries(resources, pairs, specs);
}

/** An entry is a patch, or the name of a file with patches. */
async function strategicPatches({ kustomization, loader }: Target): Promise<readonly Resource[]> {
  const found = await Promise.all(
    (kustomization.patchesStrategicMerge ?? []).map(async (entry) => {
      try {
        return resourcesIn(entry);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        return resourcesIn(await loader.text(entry));
      }
    }),
  );
  return found.flat();
}

/** What is wrong with an entry is told with the entry. */
async function patchOf(target: Target, entry: PatchEntry) {
  try {
    return readPatch(await loadedPatch(target, entry));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(
      `trouble configuring builtin PatchTransformer with config: \`\n${yamlText(entry)}\`: ${error.message}`,
    );
  }
}

async function loadedPatch({ loader }: Target, entry: PatchEntry): Promise<PatchOf> {
  const { path = "", patch = "", target, options = {} } = entry;
  const text = patch.trim();
  if (text === "" && path === "") throw new UserError(`must specify one of patch and path in\n${yamlText(entry)}`);
  if (text !== "" && path !== "")
    throw new UserError(`patch and path can't be set at the same time\n${yamlText(entry)}`);
  if (text !== "") return { text, source: `[patch: ${JSON.stringify(text)}]`, target, options };
  const loaded = await loader.text(path).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`failed to get the patch file from path(${path}): ${error.message}`);
  });
  return { text: loaded, source: `[path: ${JSON.stringify(path)}]`, target, options };
}

async function withOperations(
  { loader }: Target,
  resources: Resources,
  { path = "", patch = "", target }: PatchEntry,
): Promise<Resources> {
  if (!target?.name) throw new UserError("must specify the target name");
  if (path === "" && patch === "") throw new UserError("empty file path and empty jsonOp");
  if (path !== "" && patch !== "") throw new UserError("must specify a file path or jsonOp, not both");
  const text = path === "" ? patch : await loader.text(path);
  if (text === "") throw new UserError(`patch file '${path}' empty seems to be empty`);
  return patchedByOperations(resources, text, target);
}

async function replacementsOf({ kustomization, loader }: Target): Promise<readonly Replacement[]> {
  const found = await Promise.all(
    (kustomization.replacements ?? []).map(async ({ path = "", ...inline }): Promise<readonly Replacement[]> => {
      if (path === "") return [inline];
      if (inline.source || (inline.targets ?? []).length > 0)
        throw new UserError("cannot specify both path and inline replacement");
      const value = yamlValue(await loader.text(path));
      const decoded = decodedShape(
        Array.isArray(value) ? value : [value],
        { listOf: replacementShape },
        "replacements",
      );
      // The shape is that of the type.
      return (decoded ?? []) as readonly Replacement[];
    }),
  );
  return found.flat();
}
