import { parseLabelSelector } from "../../api/label-selector.ts";
import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";
import type { ResourceMapper } from "../discovery/resource-mapper.ts";
import type { ResourceMapping } from "../discovery/resource-mapping.ts";
import { type ManifestFile, manifestFiles } from "../manifests/manifest-files.ts";
import { readManifests } from "../manifests/read-manifests.ts";
import type { Session } from "../session.ts";
import { type ApiObject, apiVersionOf, kindOf, labelsOf, nameOf, namespaceOf, withMetadata } from "./api-object.ts";
import { resourceArguments } from "./resource-arguments.ts";

/** What a command was pointed at, before the server was asked for any of it. */
export interface ObjectSelection {
  readonly sources: readonly ObjectSource[];
  /** What went wrong while selecting; commands act on the sources first. */
  readonly errors: readonly unknown[];
  /** One object was asked for, or one file: what is found is shown by itself if it is one, and not at all if something fails. */
  readonly isSingle: boolean;
}

export type ObjectSource = NamedObject | ObjectCollection | ManifestEntry;

export interface NamedObject {
  readonly type: "named";
  readonly mapping: ResourceMapping;
  readonly namespace: string;
  readonly name: string;
}

export interface ObjectCollection {
  readonly type: "collection";
  readonly mapping: ResourceMapping;
  /** Empty: all of them. */
  readonly namespace: string;
  readonly labelSelector: string | undefined;
  readonly fieldSelector: string | undefined;
}

export interface ManifestEntry {
  readonly type: "manifest";
  readonly mapping: ResourceMapping;
  readonly namespace: string;
  readonly name: string;
  readonly object: ApiObject;
  readonly source: string;
}

export interface SelectionOptions {
  readonly args?: readonly string[];
  readonly filenames?: readonly string[];
  readonly kustomize?: string;
  readonly recursive?: boolean;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** `--all`: as a selector that everything matches. */
  readonly all?: boolean;
  readonly allNamespaces?: boolean;
  /** A type without names means all of that type; without this, it is a mistake. */
  readonly allowsTypesAlone?: boolean;
  readonly allowsOneTypeOnly?: boolean;
  readonly validates?: boolean;
  /** Manifests are taken as they are: nothing says in which namespace they belong. */
  readonly isLocal?: boolean;
  /** Manifests must be of the namespace that `-n` gave. */
  readonly requiresNamespace?: boolean;
}

/** The objects that stand in files, for commands that take them as they are. */
export const manifestsOf = ({ sources }: Pick<ObjectSelection, "sources">): readonly ManifestEntry[] =>
  sources.filter((source) => source.type === "manifest");

/** The rules and messages are cli-runtime's (resource/builder.go). */
export async function selectObjects(session: Session, options: SelectionOptions): Promise<ObjectSelection> {
  const { args = [], filenames = [], kustomize = "" } = options;
  checkFileOptions(options);
  const labelSelector = options.labelSelector?.trim() || undefined;
  const fieldSelector = options.fieldSelector?.trim() || undefined;
  if (options.all && (labelSelector !== undefined || fieldSelector !== undefined))
    throw new UserError("setting 'all' parameter but found a non empty selector. ");
  if (filenames.length > 0 || kustomize !== "")
    return await selectManifests(session, { ...options, labelSelector: labelSelector ?? "" });
  const mapper = args.length > 0 ? await session.mapper() : undefined;
  const selectors = { labelSelector: labelSelector ?? (options.all ? "" : undefined), fieldSelector };
  return await selectByArguments(session, mapper, selectors, options);
}

function checkFileOptions({ filenames = [], kustomize = "", recursive = false }: SelectionOptions): void {
  if (filenames.length > 0 && kustomize !== "") throw new UserError("only one of -f or -k can be specified");
  if (kustomize !== "" && recursive) throw new UserError("the -k flag can't be used with -f or -R");
}

async function selectByArguments(
  session: Session,
  mapper: ResourceMapper | undefined,
  selectors: { readonly labelSelector: string | undefined; readonly fieldSelector: string | undefined },
  options: SelectionOptions,
): Promise<ObjectSelection> {
  if (!mapper) throw new UserError(NOTHING_GIVEN);
  const { types, names, pairs } = resourceArguments(options.args ?? [], (name) => mapper.category(name));
  const isSelecting =
    selectors.labelSelector !== undefined ||
    selectors.fieldSelector !== undefined ||
    (options.allowsTypesAlone === true && pairs.length === 0 && names.length === 0);
  if (isSelecting) {
    if (names.length > 0) throw new UserError("name cannot be provided when a selector is specified");
    if (pairs.length > 0)
      throw new UserError("selectors and the all flag cannot be used when passing resource/name arguments");
    return await selectCollections(session, mapper, types, selectors, options);
  }
  const wanted = pairs.length > 0 ? pairs : names.map((name) => ({ type: types[0] ?? "", name }));
  if (types.length > 1) throw new UserError("you must specify only one resource");
  if (wanted.length === 0) {
    for (const type of types) mapper.resourceFor(type);
    throw new UserError("resource(s) were provided, but no name was specified");
  }
  const mappings = new Map(wanted.map(({ type }) => [type, mapper.resourceFor(type)]));
  if (options.allowsOneTypeOnly && new Set(mappings.values()).size > 1) throw oneTypeOnly();
  const { namespace } = await session.target();
  const sources = wanted.flatMap(({ type, name }): readonly NamedObject[] => {
    const mapping = mappings.get(type);
    if (!mapping) return [];
    if (mapping.namespaced && options.allNamespaces)
      throw new UserError("a resource cannot be retrieved by name across all namespaces");
    return [{ type: "named", mapping, namespace: mapping.namespaced ? namespace : "", name }];
  });
  return { sources, errors: [], isSingle: sources.length === 1 };
}

async function selectCollections(
  session: Session,
  mapper: ResourceMapper,
  types: readonly string[],
  selectors: { readonly labelSelector: string | undefined; readonly fieldSelector: string | undefined },
  options: SelectionOptions,
): Promise<ObjectSelection> {
  if (types.length > 1 && options.allowsOneTypeOnly) throw oneTypeOnly();
  const mappings = [...new Set(types.map((type) => mapper.resourceFor(type)))];
  const { namespace } = await session.target();
  const sources = mappings.map((mapping) => ({
    type: "collection" as const,
    mapping,
    namespace: mapping.namespaced && !options.allNamespaces ? namespace : "",
    ...selectors,
  }));
  return { sources, errors: [], isSingle: false };
}

const oneTypeOnly = (): UserError => new UserError("you may only specify a single resource type");

const NOTHING_GIVEN = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;

async function selectManifests(
  session: Session,
  options: SelectionOptions & { readonly labelSelector: string },
): Promise<ObjectSelection> {
  const { kustomize = "", filenames = [], recursive = false } = options;
  const { files, isSingle, errors } =
    kustomize === ""
      ? await manifestFiles(filenames, recursive, session.context)
      : { files: [kustomizationFile(kustomize, session.context)], isSingle: false, errors: [] };
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateError(errors);
  if ((options.args ?? []).length > 0) {
    throw new UserError(
      "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well",
    );
  }
  const matches = options.labelSelector === "" ? () => true : labelMatcher(options.labelSelector);
  const sources: ManifestEntry[] = [];
  const problems: unknown[] = [];
  for (const file of files) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- objects are used in the order of the files
      const text = await file.read();
      for (const found of readManifests(text, file.source, { validates: options.validates === true })) {
        // oxlint-disable-next-line no-await-in-loop -- asked once and kept
        const entry = await manifestEntry(session, found.object, found.source, options).catch((error: unknown) => {
          problems.push(error);
        });
        if (entry && matches(entry.object)) sources.push(entry);
      }
    } catch (error) {
      problems.push(error);
    }
  }
  return { sources, errors: problems, isSingle };
}

/** What a kustomization makes, as if it stood in a file. */
const kustomizationFile = (folder: string, { cwd, signal, stderr }: CliContext): ManifestFile => ({
  source: folder,
  async read() {
    // Loaded when somebody needs it: most commands never do.
    const { buildKustomization, kustomizationText } = await import("../kustomize/build.ts");
    const warn = (message: string): void => void stderr.write(`${message}\n`);
    const options = { cwd, signal, warn, isUnrestricted: false };
    return kustomizationText(await buildKustomization(folder, options));
  },
});

function labelMatcher(selector: string): (object: ApiObject) => boolean {
  try {
    const parsed = parseLabelSelector(selector);
    return (object) => parsed.matches(labelsOf(object));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`the provided selector ${JSON.stringify(selector)} is not valid: ${reason}`);
  }
}

async function manifestEntry(
  session: Session,
  object: ApiObject,
  source: string,
  options: SelectionOptions,
): Promise<ManifestEntry> {
  const [apiVersion, kind] = [apiVersionOf(object), kindOf(object)];
  const mapping = (await session.mapper()).kindFor(apiVersion, kind);
  if (!mapping) {
    throw new UserError(
      `resource mapping not found for name: ${JSON.stringify(nameOf(object))} namespace: ${JSON.stringify(namespaceOf(object))} from ${JSON.stringify(source)}: no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}\nensure CRDs are installed first`,
    );
  }
  const target = await session.target();
  const own = namespaceOf(object);
  if (
    mapping.namespaced &&
    options.requiresNamespace &&
    target.isNamespaceExplicit &&
    own !== "" &&
    own !== target.namespace
  ) {
    throw new UserError(
      `the namespace from the provided object ${JSON.stringify(own)} does not match the namespace ${JSON.stringify(target.namespace)}. You must pass '--namespace=${own}' to perform this operation.`,
    );
  }
  const namespace = mapping.namespaced ? own || target.namespace : "";
  const placed =
    options.isLocal || own === namespace
      ? object
      : withMetadata(object, { namespace: namespace === "" ? undefined : namespace });
  return { type: "manifest", mapping, namespace, name: nameOf(object), object: placed, source };
}
