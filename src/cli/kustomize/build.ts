import { isJsonObject, type JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { yamlText } from "../../lib/yaml/yaml-text.ts";
import { accumulatedTarget, type Target } from "./accumulate.ts";
import { type FolderLoader, folderLoader, type LoaderOptions } from "./folder-loader.ts";
import { type Kustomization, readKustomization } from "./kustomization.ts";
import { builtInSchema, documentSchema, type FindSchema } from "./merge-schema.ts";
import { yamlValue } from "./read-yaml.ts";
import type { Resources } from "./resource-list.ts";
import { type Resource, textMap, withTextMap } from "./resource.ts";
import { withHashes } from "./transformers/hash.ts";
import { withEntries } from "./transformers/maps.ts";
import { withReferencesFixed } from "./transformers/name-references.ts";
import { inOrder } from "./transformers/sort-order.ts";
import { withVarsResolved } from "./transformers/vars.ts";

export interface BuildOptions extends LoaderOptions {
  readonly cwd: string;
  /** Told of what is deprecated. */
  readonly warn: (message: string) => void;
}

/** The objects that a kustomization makes, as `kustomize build` does. */
export async function buildKustomization(folder: string, options: BuildOptions): Promise<readonly JsonObject[]> {
  const loader = await folderLoader(folder, options.cwd, options);
  const kustomization = await readKustomization(loader, options.warn);
  const findSchema = await schemaOf(kustomization, loader);
  const target: Target = { kustomization, loader, findSchema, warn: options.warn };
  const { resources, config, vars } = await accumulatedTarget(target);
  const named = withReferencesFixed(withHashes(resources), config.nameReference);
  const resolved = withVarsResolved(named, vars, config.varReference);
  const built = resolved.filter((each) => !isLocal(each));
  const { sortOptions, buildMetadata = [] } = kustomization;
  const sorted = inOrder(built, sortOptions ?? { order: "legacy" });
  return (buildMetadata.includes("managedByLabel") ? withManager(sorted) : sorted).map(finished);
}

/** As they are printed: one document each. */
export const kustomizationText = (objects: readonly JsonObject[]): string => objects.map(yamlText).join("---\n");

async function schemaOf({ openapi = {} }: Kustomization, loader: FolderLoader): Promise<FindSchema> {
  const { path, version } = openapi;
  if (path === undefined) {
    if (version !== undefined && version !== BUILT_IN_API)
      throw new UserError("the specified OpenAPI version is not built in");
    return builtInSchema;
  }
  if (version !== undefined) throw new UserError("builtin version and custom schema provided, cannot use both");
  const document = yamlValue(await loader.text(path));
  const own = documentSchema(isJsonObject(document) ? document : {});
  return (gvk) => own(gvk) ?? builtInSchema(gvk);
}

const BUILT_IN_API = "v1.21.2";

/** Something that only the build needs. */
function isLocal(resource: Resource): boolean {
  const value = textMap(resource, "annotations")["config.kubernetes.io/local-config"];
  return value !== undefined && value !== "false";
}

const withManager = (resources: Resources): Resources =>
  withEntries(resources, { "app.kubernetes.io/managed-by": "kustomize-v5.8.1" }, [
    { path: "metadata/labels", create: true },
  ]);

/** Annotations are text in the end, whatever they were before. */
const finished = (resource: Resource): JsonObject =>
  withTextMap(resource, "annotations", textMap(resource, "annotations")).value;
