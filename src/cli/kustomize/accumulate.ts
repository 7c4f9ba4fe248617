import { UserError } from "../../lib/user-error.ts";
import { DEFAULT_CONFIG, type TransformerConfig } from "./default-specs.ts";
import { type FolderLoader, HttpFileError } from "./folder-loader.ts";
import { generatedConfigMap, generatedSecret, mergedOptions } from "./generators.ts";
import { isComponent, type Kustomization, readKustomization } from "./kustomization.ts";
import type { FindSchema } from "./merge-schema.ts";
import { MalformedYamlError, resourcesIn } from "./read-yaml.ts";
import { gvkOf } from "./resource-id.ts";
import { absorbed, appended, type Resources } from "./resource-list.ts";
import { mergedConfig, transformerConfig } from "./transformer-config.ts";
import { transformed } from "./transformers/transform.ts";
import { type Var, withVars } from "./transformers/vars.ts";

/** What is known at one point of a build. */
export interface Accumulated {
  readonly resources: Resources;
  readonly config: TransformerConfig;
  readonly vars: readonly Var[];
}

/** A kustomization in its folder. */
export interface Target {
  readonly kustomization: Kustomization;
  readonly loader: FolderLoader;
  readonly findSchema: FindSchema;
  readonly warn: (message: string) => void;
}

const NOTHING: Accumulated = { resources: [], config: DEFAULT_CONFIG, vars: [] };

/** The resources of a kustomization, as it changes them; `before` is what a component adds to. */
export async function accumulatedTarget(target: Target, before: Accumulated = NOTHING): Promise<Accumulated> {
  const { kustomization, loader } = target;
  refuseWhatIsForeign(kustomization);
  const { resources = [], bases = [], components = [], configurations = [], crds = [] } = kustomization;
  const based = await within("accumulating resources", async () =>
    withResources(target, before, [...resources, ...bases]),
  );
  const own = await transformerConfig(loader, configurations, crds);
  const configured = { ...based, config: mergedConfig(based.config, own) };
  const generated = { ...configured, resources: await withGenerated(target, configured.resources) };
  const composed = await within("accumulating components", async () => withComponents(target, generated, components));
  const changed = await transformed(target, composed.resources, composed.config);
  const vars = varsOf(kustomization);
  return {
    resources: withVars(changed, vars),
    config: composed.config,
    vars: vars.reduce(withVar, composed.vars),
  };
}

function refuseWhatIsForeign(kustomization: Kustomization): void {
  const { helmCharts, helmChartInflationGenerator, generators, transformers, validators } = kustomization;
  if ((helmCharts ?? helmChartInflationGenerator ?? []).length > 0)
    throw new UserError("cannot inflate helm charts: kube does not run helm", {
      hint: "Render them first: helm template NAME CHART > chart.yaml, and name that file under 'resources'",
    });
  const plugins = [...(generators ?? []), ...(transformers ?? []), ...(validators ?? [])];
  if (plugins.length > 0)
    throw new UserError(
      `cannot run plugins: kube has the fields of a kustomization, but not 'generators', 'transformers' and 'validators' (${plugins.join(", ")})`,
    );
  const known = (kustomization.buildMetadata ?? []).find((each) => each !== "managedByLabel");
  if (known !== undefined) throw new UserError(`cannot add ${known}: of 'buildMetadata', kube has managedByLabel`);
}

async function within<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) throw prefixed(doing, error);
    throw error;
  }
}

function prefixed(doing: string, error: UserError): UserError {
  return new UserError(`${doing}: ${error.message}`, error.hint === undefined ? {} : { hint: error.hint });
}

async function withResources(target: Target, start: Accumulated, paths: readonly string[]): Promise<Accumulated> {
  let result = start;
  // oxlint-disable-next-line no-await-in-loop -- resources keep the order of their files
  for (const path of paths) result = await withResource(target, result, path);
  return result;
}

/** A file, or else the folder of another kustomization. */
async function withResource(target: Target, start: Accumulated, path: string): Promise<Accumulated> {
  try {
    return { ...start, resources: await withFile(target, start.resources, path) };
  } catch (fileError) {
    if (!(fileError instanceof UserError) || fileError instanceof HttpFileError) throw fileError;
    const accumulation = `accumulation err='${fileError.message}'`;
    const loader = await target.loader.folder(path).catch((error: unknown) => {
      if (fileError instanceof MalformedYamlError) throw fileError;
      throw error instanceof UserError ? prefixed(accumulation, error) : error;
    });
    return await within(accumulation, async () => withFolder(target, start, loader));
  }
}

async function withFile({ loader }: Target, resources: Resources, path: string): Promise<Resources> {
  try {
    const text = await loader.text(path);
    const found = namingFile(path, () => appended([], resourcesIn(text)));
    return await within(`merging resources from '${path}'`, () => Promise.resolve(appended(resources, found)));
  } catch (error) {
    if (error instanceof MalformedYamlError)
      throw new MalformedYamlError(`accumulating resources from '${path}': ${error.message}`);
    if (error instanceof HttpFileError)
      throw new HttpFileError(`accumulating resources from '${path}': ${error.message}`);
    if (!(error instanceof UserError) || error.message.startsWith("merging resources from")) throw error;
    throw prefixed(`accumulating resources from '${path}'`, error);
  }
}

function namingFile(path: string, read: () => Resources): Resources {
  try {
    return read();
  } catch (error) {
    if (error instanceof MalformedYamlError) throw new MalformedYamlError(`${error.message} in File: ${path}`);
    throw error;
  }
}

async function withFolder(parent: Target, start: Accumulated, loader: FolderLoader): Promise<Accumulated> {
  const target = await targetAt(parent, loader);
  if (isComponent(target.kustomization)) throw new UserError(`expected kind != 'Component' for path '${loader.root}'`);
  const found = await within(`recursed accumulation of path '${loader.root}'`, async () => accumulatedTarget(target));
  return await within(`recursed merging from path '${loader.root}'`, () =>
    Promise.resolve({
      resources: appended(start.resources, found.resources),
      config: mergedConfig(start.config, found.config),
      vars: found.vars.reduce(withVar, start.vars),
    }),
  );
}

async function targetAt(parent: Target, loader: FolderLoader): Promise<Target> {
  const kustomization = await within(`couldn't make target for path '${loader.root}'`, async () =>
    readKustomization(loader, parent.warn),
  );
  return { ...parent, kustomization, loader };
}

/** A component changes what is there, and adds to it. */
async function withComponents(target: Target, start: Accumulated, paths: readonly string[]): Promise<Accumulated> {
  let result = start;
  // oxlint-disable-next-line no-await-in-loop -- a component sees what those before it left
  for (const path of paths) result = await withComponent(target, result, path);
  return result;
}

async function withComponent(target: Target, start: Accumulated, path: string): Promise<Accumulated> {
  const loader = await target.loader.folder(path).catch((error: unknown) => {
    throw error instanceof UserError ? new UserError(`loader.New ${JSON.stringify(error.message)}`) : error;
  });
  try {
    const component = await targetAt(target, loader);
    if (!isComponent(component.kustomization))
      throw new UserError(
        `expected kind 'Component' for path '${loader.root}' but got '${component.kustomization.kind || "Kustomization"}'`,
      );
    return await within(`recursed accumulation of path '${loader.root}'`, async () =>
      accumulatedTarget(component, start),
    );
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`accumulateDirectory: ${JSON.stringify(error.message)}`);
    throw error;
  }
}

async function withGenerated({ kustomization, loader }: Target, resources: Resources): Promise<Resources> {
  const { configMapGenerator = [], secretGenerator = [], generatorOptions } = kustomization;
  const generated = await Promise.all([
    ...configMapGenerator.map(async (args) =>
      generatedConfigMap(args, mergedOptions(args.options, generatorOptions), loader),
    ),
    ...secretGenerator.map(async (args) =>
      generatedSecret(args, mergedOptions(args.options, generatorOptions), loader),
    ),
  ]);
  return generated.reduce<Resources>((result, each) => mergedFrom(result, each), resources);
}

function mergedFrom(resources: Resources, generated: Resources[number]): Resources {
  try {
    return absorbed(resources, generated);
  } catch (error) {
    if (error instanceof UserError) throw prefixed(`merging from generator`, error);
    throw error;
  }
}

const varsOf = ({ vars = [] }: Kustomization): readonly Var[] =>
  vars.map(({ name = "", objref = {}, fieldref = {} }) => {
    const { group = "", version = "", kind = "", name: target = "", namespace = "", apiVersion = "" } = objref;
    const gvk = apiVersion === "" ? { group, version, kind } : gvkOf(apiVersion, kind);
    return { name, target: { ...gvk, name: target, namespace }, fieldPath: fieldref.fieldPath || "metadata.name" };
  });

function withVar(known: readonly Var[], next: Var): readonly Var[] {
  if (known.some(({ name }) => name === next.name)) throw new UserError(`var '${next.name}' already encountered`);
  return [...known, next];
}
