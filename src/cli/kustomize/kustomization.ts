import { isJsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { decodeYaml, YamlError } from "../../lib/yaml/yaml.ts";
import { decodedShape, type Shape } from "./decode-shape.ts";
import type { FieldSpec } from "./field-spec.ts";
import type { FolderLoader } from "./folder-loader.ts";
import type { GeneratorArgs, GeneratorOptions } from "./generators.ts";
import type { Selector } from "./resource-list.ts";
import type { ImageChange } from "./transformers/images.ts";
import type { PatchOptions } from "./transformers/patches.ts";
import type { Replacement } from "./transformers/replacements.ts";
import type { SortOptions } from "./transformers/sort-order.ts";

/** What a kustomization.yaml says. */
export interface Kustomization {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly openapi?: Readonly<Record<string, string>>;
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  readonly namespace?: string;
  readonly commonLabels?: Readonly<Record<string, string>>;
  readonly labels?: readonly LabelEntry[];
  readonly commonAnnotations?: Readonly<Record<string, string>>;
  readonly patchesStrategicMerge?: readonly string[];
  readonly patchesJson6902?: readonly PatchEntry[];
  readonly patches?: readonly PatchEntry[];
  readonly images?: readonly ImageChange[];
  readonly imageTags?: readonly ImageChange[];
  readonly replacements?: readonly (Replacement & { readonly path?: string })[];
  readonly replicas?: readonly { readonly name?: string; readonly count?: number }[];
  readonly vars?: readonly VarEntry[];
  readonly sortOptions?: SortOptions;
  readonly resources?: readonly string[];
  readonly bases?: readonly string[];
  readonly components?: readonly string[];
  readonly crds?: readonly string[];
  readonly configMapGenerator?: readonly GeneratorArgs[];
  readonly secretGenerator?: readonly GeneratorArgs[];
  readonly generatorOptions?: GeneratorOptions;
  readonly configurations?: readonly string[];
  readonly generators?: readonly string[];
  readonly transformers?: readonly string[];
  readonly validators?: readonly string[];
  readonly helmCharts?: readonly unknown[];
  readonly helmChartInflationGenerator?: readonly unknown[];
  readonly buildMetadata?: readonly string[];
}

export interface LabelEntry {
  readonly pairs?: Readonly<Record<string, string>>;
  readonly includeSelectors?: boolean;
  readonly includeTemplates?: boolean;
  readonly fields?: readonly FieldSpec[];
}

export interface PatchEntry {
  readonly path?: string;
  readonly patch?: string;
  readonly target?: Selector;
  readonly options?: PatchOptions;
}

interface VarEntry {
  readonly name?: string;
  readonly objref?: {
    readonly apiVersion?: string;
    readonly group?: string;
    readonly version?: string;
    readonly kind?: string;
    readonly name?: string;
    readonly namespace?: string;
  };
  readonly fieldref?: { readonly fieldPath?: string };
}

const texts: Shape = { listOf: "text" };
const textMap: Shape = { mapOf: "text" };
const gvk = { group: "text", version: "text", kind: "text" } as const;
const id = { ...gvk, name: "text", namespace: "text" } as const;
const selector: Shape = { fields: { ...id, labelSelector: "text", annotationSelector: "text" } };
const fieldSpecs: Shape = { listOf: { fields: { ...gvk, path: "text", create: "boolean" } } };
const patches: Shape = {
  listOf: {
    fields: {
      path: "text",
      patch: "text",
      target: selector,
      options: { fields: { allowNameChange: "boolean", allowKindChange: "boolean" } },
    },
  },
};
const images: Shape = {
  listOf: { fields: { name: "text", newName: "text", newTag: "text", tagSuffix: "text", digest: "text" } },
};
const generatorOptions: Shape = {
  fields: { labels: textMap, annotations: textMap, disableNameSuffixHash: "boolean", immutable: "boolean" },
};
const generatorArgs = {
  name: "text",
  namespace: "text",
  behavior: "text",
  literals: texts,
  files: texts,
  envs: texts,
  env: "text",
  options: generatorOptions,
} as const;
const fieldOptions: Shape = { fields: { delimiter: "text", index: "integer", encoding: "text", create: "boolean" } };

/** Also of the files that `replacements` may name. */
export const replacementShape: Shape = {
  fields: {
    path: "text",
    source: { fields: { ...id, fieldPath: "text", options: fieldOptions } },
    sourceValue: "text",
    targets: {
      listOf: {
        fields: { select: selector, reject: { listOf: selector }, fieldPaths: texts, options: fieldOptions },
      },
    },
  },
};

const helmChart: Shape = { mapOf: "text" };

const kustomizationShape: Shape = {
  fields: {
    apiVersion: "text",
    kind: "text",
    metadata: { fields: { name: "text", namespace: "text", labels: textMap, annotations: textMap } },
    openapi: textMap,
    namePrefix: "text",
    nameSuffix: "text",
    namespace: "text",
    commonLabels: textMap,
    labels: {
      listOf: {
        fields: { pairs: textMap, includeSelectors: "boolean", includeTemplates: "boolean", fields: fieldSpecs },
      },
    },
    commonAnnotations: textMap,
    patchesStrategicMerge: texts,
    patchesJson6902: patches,
    patches,
    images,
    imageTags: images,
    replacements: { listOf: replacementShape },
    replicas: { listOf: { fields: { name: "text", count: "integer" } } },
    vars: {
      listOf: {
        fields: {
          name: "text",
          objref: { fields: { apiVersion: "text", ...id } },
          fieldref: { fields: { fieldPath: "text" } },
        },
      },
    },
    sortOptions: {
      fields: { order: "text", legacySortOptions: { fields: { orderFirst: texts, orderLast: texts } } },
    },
    resources: texts,
    components: texts,
    crds: texts,
    bases: texts,
    configMapGenerator: { listOf: { fields: generatorArgs } },
    secretGenerator: { listOf: { fields: { ...generatorArgs, type: "text" } } },
    helmGlobals: { mapOf: "text" },
    helmCharts: { listOf: helmChart },
    helmChartInflationGenerator: { listOf: helmChart },
    generatorOptions,
    configurations: texts,
    generators: texts,
    transformers: texts,
    validators: texts,
    buildMetadata: texts,
  },
};

const FILE_NAMES = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/** Reads the kustomization of a folder; `warn` is told of fields that have successors. */
export async function readKustomization(loader: FolderLoader, warn: (message: string) => void): Promise<Kustomization> {
  const found = await Promise.all(
    FILE_NAMES.map(async (name) => await loader.text(name).catch((error: unknown) => missing(error))),
  );
  const present = found.filter((text) => text !== undefined);
  const [text] = present;
  if (text === undefined)
    throw new UserError(
      `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${loader.root}'`,
    );
  if (present.length > 1) throw new UserError(`Found multiple kustomization files under: ${loader.root}\n`);
  const kustomization = decoded(text);
  for (const [field, message] of DEPRECATED)
    if (kustomization[field] !== undefined) warn(`# Warning: '${field}' is deprecated. ${message}`);
  check(kustomization, loader.root);
  return kustomization;
}

function missing(error: unknown): undefined {
  if (error instanceof UserError) return undefined;
  throw error;
}

function decoded(text: string): Kustomization {
  try {
    // Read as YAML 1.1, in contrast to manifests: kustomize does this too.
    const { value } = decodeYaml(text);
    if (value !== null && !isJsonObject(value))
      throw new UserError(
        `json: cannot unmarshal ${Array.isArray(value) ? "array" : typeof value} into Go value of type types.Kustomization`,
      );
    // The shape is that of the type.
    return decodedShape(value ?? {}, kustomizationShape, "Kustomization") as Kustomization;
  } catch (error) {
    if (error instanceof YamlError)
      throw new UserError(`invalid Kustomization: error converting YAML to JSON: ${error.message}`);
    if (error instanceof UserError) throw new UserError(`invalid Kustomization: ${error.message}`);
    throw error;
  }
}

const FIX = "Run 'kustomize edit fix' to update your Kustomization automatically.";

const DEPRECATED: readonly (readonly [keyof Kustomization, string])[] = [
  ["bases", `Please use 'resources' instead. ${FIX}`],
  ["commonLabels", `Please use 'labels' instead. ${FIX}`],
  ["imageTags", `Please use 'images' instead. ${FIX}`],
  ["patchesJson6902", `Please use 'patches' instead. ${FIX}`],
  ["patchesStrategicMerge", `Please use 'patches' instead. ${FIX}`],
  ["vars", `Please use 'replacements' instead. [EXPERIMENTAL] ${FIX}`],
];

export const isComponent = ({ kind }: Kustomization): boolean => kind === "Component";

function check(kustomization: Kustomization, root: string): void {
  const { apiVersion = "", kind = "", ...rest } = kustomization;
  if (Object.keys(rest).length === 0) throw new UserError("kustomization.yaml is empty");
  const wanted = isComponent(kustomization) ? "kustomize.config.k8s.io/v1alpha1" : "kustomize.config.k8s.io/v1beta1";
  const problems = [
    ...(kind !== "" && kind !== "Kustomization" && kind !== "Component"
      ? ["kind should be Kustomization or Component"]
      : []),
    ...(apiVersion !== "" && apiVersion !== wanted
      ? [`apiVersion for ${kind || "Kustomization"} should be ${wanted}`]
      : []),
  ];
  if (problems.length > 0)
    throw new UserError(`Failed to read kustomization file under ${root}:\n${problems.join("\n")}`);
}
