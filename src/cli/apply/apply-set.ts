import { createHash } from "node:crypto";

import { ApiError, isApiError } from "../../api/api-error.ts";
import type { HttpsTransport } from "../../client/https-transport.ts";
import { UserError } from "../../lib/user-error.ts";
import { kubernetesVersion } from "../../lib/version.ts";
import type { CliContext } from "../context.ts";
import type { ResourceMapper } from "../discovery/resource-mapper.ts";
import { apiVersionOfMapping, type ResourceMapping } from "../discovery/resource-mapping.ts";
import { messageOf } from "../error-message.ts";
import { klogLine } from "../klog-line.ts";
import {
  annotationsOf,
  type ApiObject,
  itemsOf,
  labelsOf,
  metadataOf,
  nameOf,
  textIn,
  withMetadata,
} from "../objects/api-object.ts";
import { PATCH_TYPES, requestResource } from "../objects/resource-requests.ts";
import type { ManifestEntry } from "../objects/select-objects.ts";
import { type FieldValidation, type WriteOptions, writeQuery } from "../objects/write-options.ts";
import { goGvk, type PrunableObject, typed } from "./prune.ts";

/*
 * An apply set (KEP 3659): a parent object keeps which kinds and namespaces its members may be of, and each member has a label
 * with the id of the set. So what is no longer in the manifests is found without looking at everything.
 */

const TOOLING = "applyset.kubernetes.io/tooling";
const NAMESPACES = "applyset.kubernetes.io/additional-namespaces";
const KINDS = "applyset.kubernetes.io/contains-group-kinds";
const RESOURCES = "applyset.kubernetes.io/contains-group-resources";
const ID = "applyset.kubernetes.io/id";
const PART_OF = "applyset.kubernetes.io/part-of";
const PARENT_TYPE = "applyset.kubernetes.io/is-parent-type";

/** The set is the same one for kubectl and for kube. */
const TOOL = "kubectl";
const FIELD_MANAGER = `${TOOL}-applyset`;

/** The object that stands for a set. */
export interface ApplySetParent {
  readonly mapping: ResourceMapping;
  readonly namespace: string;
  readonly name: string;
}

/** What a set contained before, or is to contain: kinds by `Deployment.apps`, and namespaces. */
export interface ApplySetContent {
  readonly kinds: ReadonlyMap<string, ResourceMapping>;
  readonly namespaces: ReadonlySet<string>;
}

/** `[RESOURCE][.GROUP]/NAME`; a Secret when there is only a name. */
export function applySetParent(reference: string, mapper: ResourceMapper, namespace: string): ApplySetParent {
  const slash = reference.indexOf("/");
  const name = reference.slice(slash + 1);
  const refuse = (reason: string): never => {
    throw new UserError(`invalid parent reference ${JSON.stringify(reference)}: ${reason}`);
  };
  if (name === "") return refuse("name cannot be blank");
  const type = slash < 0 ? "secrets" : reference.slice(0, slash);
  const mapping = mapper.findResource(type);
  if (!mapping) {
    const [resource = "", ...group] = type.split(".");
    return refuse(`no matches for ${group.join(".")}/, Resource=${resource}`);
  }
  return { mapping, namespace: mapping.namespaced ? namespace : "", name };
}

function applySetId({ mapping, namespace, name }: ApplySetParent): string {
  const text = [name, namespace, mapping.kind, mapping.group].join(".");
  return `applyset-${createHash("sha256").update(text).digest("base64url")}-v1`;
}

const parentText = ({ mapping, name }: ApplySetParent): string => `${mapping.resource}.${mapping.group}/${name}`;

const isBuiltIn = ({ mapping: { group, version, resource } }: ApplySetParent): boolean =>
  group === "" && version === "v1" && (resource === "secrets" || resource === "configmaps");

/** Throws when no set can have such a parent. */
export async function checkParent(transport: HttpsTransport, mapper: ResourceMapper, parent: ApplySetParent) {
  if (parent.mapping.namespaced && parent.namespace === "")
    throw new UserError("namespace is required to use namespace-scoped ApplySet");
  if (isBuiltIn(parent)) return;
  const types = mapper.findResource("customresourcedefinitions.apiextensions.k8s.io");
  const query = { labelSelector: PARENT_TYPE };
  const list = types && (await requestResource(transport, { mapping: types, namespace: "" }, { method: "GET", query }));
  const { group, version, resource } = parent.mapping;
  if (list && (itemsOf(list) ?? []).some((type) => nameOf(type) === `${resource}.${group}`)) return;
  throw new UserError(
    `resource ${JSON.stringify(`${group}/${version}, Resource=${resource}`)} is not permitted as an ApplySet parent`,
  );
}

/** The manifest with the label of the set. */
export function memberOf(parent: ApplySetParent, entry: ManifestEntry): ManifestEntry {
  const labels = labelsOf(entry.object);
  if (labels[PART_OF] !== undefined)
    throw new UserError(`ApplySet label ${JSON.stringify(PART_OF)} already set in input data`);
  return { ...entry, object: withMetadata(entry.object, { labels: { ...labels, [PART_OF]: applySetId(parent) } }) };
}

/** What the parent says that the set contains; nothing for a set that is new. */
export async function knownContent(
  transport: HttpsTransport,
  mapper: ResourceMapper,
  parent: ApplySetParent,
): Promise<ApplySetContent> {
  const object = await requestResource(transport, parent, { method: "GET" }).catch((error: unknown) => {
    if (isApiError(error, "NotFound")) return undefined;
    throw new UserError(
      `failed to fetch ApplySet parent object ${JSON.stringify(parentText(parent))}: ${messageOf(error)}`,
    );
  });
  if (!object) {
    if (!isBuiltIn(parent)) throw new UserError("custom resource ApplySet parents cannot be created automatically");
    return { kinds: new Map(), namespaces: new Set() };
  }
  checkOwner(parent, object);
  const annotations = annotationsOf(object);
  const namespaces = (annotations[NAMESPACES] ?? "").split(",").filter((each) => each !== "");
  try {
    const own = parent.mapping.namespaced ? [parent.namespace] : [];
    return { kinds: kindsIn(annotations, mapper), namespaces: new Set([...namespaces, ...own]) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(`parsing ApplySet annotation on ${JSON.stringify(parentText(parent))}: ${error.message}`);
  }
}

function checkOwner(parent: ApplySetParent, object: ApiObject): void {
  const shown = `ApplySet parent object ${JSON.stringify(parentText(parent))}`;
  const tool = annotationsOf(object)[TOOLING];
  if (tool === undefined)
    throw new UserError(`${shown} already exists and is missing required annotation ${JSON.stringify(TOOLING)}`);
  const name = tool.replace(/\/[^/]*$/, "");
  if (name !== TOOL)
    throw new UserError(
      `${shown} already exists and is managed by tooling ${JSON.stringify(name)} instead of ${JSON.stringify(TOOL)}`,
    );
  const id = labelsOf(object)[ID];
  if (id === undefined) throw new UserError(`${shown} exists and does not have required label ${ID}`);
  const wanted = applySetId(parent);
  if (id !== wanted)
    throw new UserError(
      `${shown} exists and has incorrect value for label ${JSON.stringify(ID)} (got: ${id}, want: ${wanted})`,
    );
}

function kindsIn(
  annotations: Readonly<Record<string, string>>,
  mapper: ResourceMapper,
): ReadonlyMap<string, ResourceMapping> {
  const text = annotations[KINDS] ?? annotations[RESOURCES];
  if (text === undefined)
    throw new UserError(
      `kubectl requires the ${JSON.stringify(KINDS)} annotation to be set on all ApplySet parent objects`,
    );
  const found = text
    .split(",")
    .filter((each) => each !== "")
    .map((each) => {
      const mapping = mapper.findResource(each);
      if (!mapping)
        throw new UserError(
          `could not find mapping for kind in ${JSON.stringify(KINDS)} annotation: no matches for kind ${JSON.stringify(each)}`,
        );
      return [groupKind(mapping), mapping] as const;
    });
  return new Map(found);
}

/** `Deployment.apps`, or `Secret`. */
const groupKind = ({ group, kind }: ResourceMapping): string => (group === "" ? kind : `${kind}.${group}`);

export const contentOf = (entries: readonly ManifestEntry[]): ApplySetContent => ({
  kinds: new Map(entries.map(({ mapping }) => [groupKind(mapping), mapping])),
  namespaces: new Set(entries.filter(({ mapping }) => mapping.namespaced).map(({ namespace }) => namespace)),
});

export const joinedContent = (left: ApplySetContent, right: ApplySetContent): ApplySetContent => ({
  kinds: new Map([...left.kinds, ...right.kinds]),
  namespaces: new Set([...left.namespaces, ...right.namespaces]),
});

/** Writes down at the parent what the set contains. */
export async function writeContent(
  transport: HttpsTransport,
  parent: ApplySetParent,
  content: ApplySetContent,
  options: Pick<WriteOptions, "dryRun"> & { readonly fieldValidation?: FieldValidation | undefined },
  context: Pick<CliContext, "clock" | "stderr">,
): Promise<void> {
  if (options.dryRun === "client") return;
  const apply = async (force: boolean): Promise<unknown> =>
    await requestResource(transport, parent, {
      method: "PATCH",
      contentType: PATCH_TYPES.apply,
      query: { ...writeQuery({ ...options, fieldManager: FIELD_MANAGER }), force: String(force) },
      body: parentPatch(parent, content),
    });
  try {
    await apply(false).catch(async (error: unknown) => {
      if (!isApiError(error, "Conflict")) throw error;
      const text = `WARNING: failed to update ApplySet: ${error.message}\nApplySet field manager ${FIELD_MANAGER} should own these fields. Retrying with conflicts forced.`;
      context.stderr.write(klogLine("W", context, "apply-set.ts", text));
      return await apply(true);
    });
  } catch (error) {
    if (error instanceof ApiError) throw new UserError(`failed to update ApplySet: ${error.message}`);
    throw error;
  }
}

function parentPatch(parent: ApplySetParent, { kinds, namespaces }: ApplySetContent): ApiObject {
  const { mapping, namespace, name } = parent;
  const sorted = (texts: Iterable<string>): string => [...texts].toSorted((a, b) => (a < b ? -1 : 1)).join(",");
  return {
    kind: mapping.kind,
    apiVersion: apiVersionOfMapping(mapping),
    metadata: {
      name,
      ...(namespace === "" ? {} : { namespace }),
      annotations: {
        [TOOLING]: `${TOOL}/${kubernetesVersion.gitVersion}`,
        [KINDS]: sorted(kinds.keys()),
        [NAMESPACES]: sorted([...namespaces].filter((each) => each !== namespace)),
      },
      labels: { [ID]: applySetId(parent) },
    },
  };
}

/** The members of the set that are not among what was applied. */
export async function formerMembers(
  transport: HttpsTransport,
  parent: ApplySetParent,
  { kinds, namespaces }: ApplySetContent,
  keptUids: ReadonlySet<string>,
): Promise<readonly PrunableObject[]> {
  const collections = [...kinds.values()].flatMap((mapping) =>
    mapping.namespaced ? [...namespaces].map((namespace) => ({ mapping, namespace })) : [{ mapping, namespace: "" }],
  );
  const query = { labelSelector: `${PART_OF}=${applySetId(parent)}` };
  const found = await Promise.all(
    collections.map(async ({ mapping, namespace }) => {
      const list = await requestResource(transport, { mapping, namespace }, { method: "GET", query }).catch(
        (error: unknown) => {
          throw new UserError(`listing ${goGvk(mapping)} objects for pruning: ${messageOf(error)}`);
        },
      );
      return (itemsOf(list) ?? []).map((item) => ({ mapping, namespace, object: typed(item, mapping) }));
    }),
  );
  return found.flat().filter(({ object }) => !keptUids.has(textIn(metadataOf(object), "uid")));
}
