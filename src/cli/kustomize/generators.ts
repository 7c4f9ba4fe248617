import { configMapKeyProblems, envVarNameProblems } from "../../api/names.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import type { FolderLoader } from "./folder-loader.ts";
import { type Behavior, newResource, type Resource } from "./resource.ts";

export interface GeneratorOptions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly disableNameSuffixHash?: boolean;
  readonly immutable?: boolean;
}

/** An entry of `configMapGenerator` or `secretGenerator`. */
export interface GeneratorArgs {
  readonly name?: string;
  readonly namespace?: string;
  readonly behavior?: string;
  readonly literals?: readonly string[];
  readonly files?: readonly string[];
  readonly envs?: readonly string[];
  readonly env?: string;
  readonly options?: GeneratorOptions;
  /** Of Secrets. */
  readonly type?: string;
}

type Pairs = readonly (readonly [key: string, value: Buffer])[];

export async function generatedConfigMap(
  args: GeneratorArgs,
  options: GeneratorOptions | undefined,
  loader: FolderLoader,
): Promise<Resource> {
  const data: Record<string, string> = {};
  const binaryData: Record<string, string> = {};
  for (const [key, value] of await pairsOf(args, loader)) {
    const text = value.toString("utf8");
    if (Buffer.from(text).equals(value)) data[key] = text;
    else binaryData[key] = wrappedBase64(value);
  }
  return generated("ConfigMap", args, options, {
    ...(Object.keys(data).length > 0 ? { data } : {}),
    ...(Object.keys(binaryData).length > 0 ? { binaryData } : {}),
  });
}

export async function generatedSecret(
  args: GeneratorArgs,
  options: GeneratorOptions | undefined,
  loader: FolderLoader,
): Promise<Resource> {
  const pairs = await pairsOf(args, loader);
  const data = Object.fromEntries(pairs.map(([key, value]) => [key, wrappedBase64(value)]));
  return generated("Secret", args, options, { type: args.type || "Opaque", data });
}

/** What is longer than a line is broken into lines: kustomize does this too (kyaml, encodeBase64). */
const LINE_LENGTH = 70;

function wrappedBase64(value: Buffer): string {
  const text = value.toString("base64");
  return text.length < LINE_LENGTH ? text : text.replaceAll(new RegExp(`.{1,${LINE_LENGTH}}`, "g"), "$&\n");
}

function generated(
  kind: string,
  { name = "", namespace = "", behavior = "" }: GeneratorArgs,
  options: GeneratorOptions | undefined,
  content: JsonObject,
): Resource {
  if (name === "") throw new UserError("a configmap must have a name");
  const { labels = {}, annotations = {}, immutable = false, disableNameSuffixHash = false } = options ?? {};
  const metadata: JsonObject = {
    name,
    ...(namespace === "" ? {} : { namespace }),
    ...(Object.keys(labels).length > 0 ? { labels: { ...labels } } : {}),
    ...(Object.keys(annotations).length > 0 ? { annotations: { ...annotations } } : {}),
  };
  const value = { apiVersion: "v1", kind, metadata, ...content, ...(immutable ? { immutable } : {}) };
  return { ...newResource(value), behavior: knownBehavior(behavior), needsHash: !disableNameSuffixHash };
}

const knownBehavior = (text: string): Behavior =>
  text === "create" || text === "replace" || text === "merge" ? text : "unspecified";

/** What a kustomization says for all its generators gives way to what one says for itself. */
export function mergedOptions(
  own: GeneratorOptions | undefined,
  common: GeneratorOptions | undefined,
): GeneratorOptions | undefined {
  if (!common) return own;
  return {
    labels: { ...common.labels, ...own?.labels },
    annotations: { ...common.annotations, ...own?.annotations },
    disableNameSuffixHash: own?.disableNameSuffixHash === true || common.disableNameSuffixHash === true,
    immutable: own?.immutable === true || common.immutable === true,
  };
}

async function pairsOf(args: GeneratorArgs, loader: FolderLoader): Promise<Pairs> {
  const { envs = [], env = "", literals = [], files = [], name = "" } = args;
  const envFiles = env === "" ? envs : [...envs, env];
  const pairs = await within("loading KV pairs", async () => [
    ...(await within(`env source files: [${envFiles.join(" ")}]`, async () => await pairsOfEnvFiles(envFiles, loader))),
    ...(await within(`literal sources [${literals.join(" ")}]`, () => literals.map(literalPair))),
    ...(await within(`file sources: [${files.join(" ")}]`, async () => await pairsOfFiles(files, loader))),
  ]);
  const known = new Set<string>();
  for (const [key] of pairs) {
    const problems = configMapKeyProblems(key);
    if (problems.length > 0)
      throw new UserError(`${JSON.stringify(key)} is not a valid key name: ${problems.join(";")}`);
    if (known.has(key)) throw new UserError(`configmap ${name} illegally repeats the key \`${key}\``);
    known.add(key);
  }
  return pairs;
}

async function within<T>(doing: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) throw new UserError(`${doing}: ${error.message}`);
    throw error;
  }
}

function literalPair(source: string): Pairs[number] {
  const equals = source.indexOf("=");
  if (equals <= 0) throw new UserError(`invalid literal source ${source}, expected key=value`);
  return [source.slice(0, equals), Buffer.from(withoutQuotes(source.slice(equals + 1)))];
}

function withoutQuotes(text: string): string {
  const first = text[0];
  const isQuoted = text.length >= 2 && first === text.at(-1) && (first === '"' || first === "'");
  return isQuoted ? text.slice(1, -1) : text;
}

const pairsOfFiles = async (sources: readonly string[], loader: FolderLoader): Promise<Pairs> =>
  await Promise.all(
    sources.map(async (source): Promise<Pairs[number]> => {
      const { key, path } = fileSource(source);
      return [key, await loader.bytes(path)];
    }),
  );

function fileSource(source: string): { readonly key: string; readonly path: string } {
  const [first = "", second, ...more] = source.split("=");
  if (second === undefined) return { key: source.slice(source.lastIndexOf("/") + 1), path: source };
  if (more.length > 0) throw new UserError(`source ${JSON.stringify(source)} key name or file path contains '='`);
  if (first === "")
    throw new UserError(`missing key name for file path ${JSON.stringify(second)} in source ${JSON.stringify(source)}`);
  if (second === "")
    throw new UserError(`missing file path for key name ${JSON.stringify(first)} in source ${JSON.stringify(source)}`);
  return { key: first, path: second };
}

async function pairsOfEnvFiles(paths: readonly string[], loader: FolderLoader): Promise<Pairs> {
  const texts = await Promise.all(paths.map(async (path) => await loader.text(path)));
  return texts.flatMap((text) =>
    text
      .replace(/^\u{feff}/u, "")
      .split(/\r?\n/)
      .flatMap(linePair),
  );
}

function linePair(line: string): Pairs {
  const text = line.trimStart();
  if (text === "" || text.startsWith("#")) return [];
  const equals = text.indexOf("=");
  const key = equals < 0 ? text : text.slice(0, equals);
  const problems = envVarNameProblems(key);
  if (problems.length > 0) throw new UserError(`${JSON.stringify(key)} is not a valid key name: ${problems.join(";")}`);
  return [[key, Buffer.from(equals < 0 ? "" : text.slice(equals + 1))]];
}
