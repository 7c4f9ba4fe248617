import { ApiError, isApiError } from "../../api/api-error.ts";
import type { HttpsTransport } from "../../client/https-transport.ts";
import { goJson } from "../../lib/json/json-text.ts";
import { isJsonObject, type JsonObject, setKey } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";
import { type ApiObject, annotationsOf, metadataOf, nameOf, textIn } from "../objects/api-object.ts";
import { withSource } from "../objects/error-source.ts";
import { PATCH_TYPES, requestResource, type ResourceAddress } from "../objects/resource-requests.ts";
import type { ManifestEntry } from "../objects/select-objects.ts";
import { type WriteOptions, writeQuery } from "../objects/write-options.ts";
import { type ApplyPatch, applyPatch, isEmptyPatch, locallyPatched } from "./apply-patch.ts";
import { type ForceReplacement, replaceByForce } from "./force-replace.ts";
import { LAST_APPLIED, withLastApplied } from "./last-applied.ts";
import { migrateToServerSide } from "./migrate-to-server-side.ts";

export interface ApplyOptions extends WriteOptions {
  readonly serverSide: boolean;
  readonly forceConflicts: boolean;
  /** Delete and create anew what cannot be patched. */
  readonly force: ForceReplacement | undefined;
  readonly subresource: string;
}

export interface Applied {
  readonly operation: "created" | "configured" | "unchanged" | "serverside-applied";
  readonly object: ApiObject;
}

/** Brings one object to what its manifest says. */
export async function applyObject(
  transport: HttpsTransport,
  entry: ManifestEntry,
  options: ApplyOptions,
  context: CliContext,
): Promise<Applied> {
  const generateName = textIn(metadataOf(entry.object), "generateName");
  if (entry.name === "" && generateName !== "")
    throw new UserError(`from ${generateName}: cannot use generate name with apply`);
  const applied = options.serverSide
    ? await applyAndMigrate(transport, entry, options, context)
    : await applyFromClient(transport, entry, options, context);
  if (metadataOf(applied.object)["deletionTimestamp"] !== undefined && applied.operation !== "created")
    context.stderr.write(
      `Warning: Detected changes to resource ${nameOf(applied.object)} which is currently being deleted.\n`,
    );
  return applied;
}

const addressOf = ({ mapping, namespace, name }: ManifestEntry): ResourceAddress => ({ mapping, namespace, name });

/** What fails behind the first apply is a warning: the object is as it was wanted. */
async function applyAndMigrate(
  transport: HttpsTransport,
  entry: ManifestEntry,
  options: ApplyOptions,
  { stderr }: CliContext,
): Promise<Applied> {
  const applied = await applyOnServer(transport, entry, options);
  if (options.dryRun !== "none" || options.subresource !== "") return applied;
  try {
    const { mapping, namespace, name } = entry;
    const target = { mapping, namespace, name };
    const isMigrated = await migrateToServerSide(transport, target, applied.object, options.fieldManager);
    return isMigrated ? await applyOnServer(transport, entry, options) : applied;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    stderr.write(
      `Warning: server rejected managed fields migration to Server-Side Apply. This is non-fatal and will be retried next time you apply. Error: ${error.message}\n`,
    );
    return applied;
  }
}

async function applyOnServer(transport: HttpsTransport, entry: ManifestEntry, options: ApplyOptions): Promise<Applied> {
  try {
    const object = await requestResource(
      transport,
      { ...addressOf(entry), subresource: options.subresource },
      {
        method: "PATCH",
        contentType: PATCH_TYPES.apply,
        query: { ...writeQuery(options), force: String(options.forceConflicts) },
        body: entry.object,
      },
    );
    return { operation: "serverside-applied", object };
  } catch (error) {
    if (isApiError(error, "Conflict")) throw new UserError(conflictText(error));
    throw error;
  }
}

/** kubectl's words: users search for them. */
function conflictText(error: ApiError): string {
  return `${error.message}
Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;
}

async function applyFromClient(
  transport: HttpsTransport,
  entry: ManifestEntry,
  options: ApplyOptions,
  context: CliContext,
): Promise<Applied> {
  const modified = withLastApplied(entry.object);
  const current = await currentObject(transport, entry);
  if (!current) return { operation: "created", object: await create(transport, entry, modified, options) };
  if (annotationsOf(current)[LAST_APPLIED] === undefined) warnOfMissingAnnotation(entry, context);
  return await patch(transport, entry, { modified, current, context }, options);
}

async function currentObject(transport: HttpsTransport, entry: ManifestEntry): Promise<ApiObject | undefined> {
  try {
    return await requestResource(transport, addressOf(entry), { method: "GET" });
  } catch (error) {
    if (isApiError(error, "NotFound")) return undefined;
    throw withSource(error, "retrieving current configuration of", entry.source);
  }
}

async function create(
  transport: HttpsTransport,
  { mapping, namespace, source }: ManifestEntry,
  modified: ApiObject,
  options: ApplyOptions,
): Promise<ApiObject> {
  const body = withoutNulls(modified);
  if (options.dryRun === "client") return body;
  try {
    return await requestResource(
      transport,
      { mapping, namespace },
      { method: "POST", query: writeQuery(options), body },
    );
  } catch (error) {
    throw withSource(error, "creating", source);
  }
}

/** A null in a manifest deletes in a patch; in a new object it means nothing. */
function withoutNulls(object: JsonObject): JsonObject {
  const kept: JsonObject = {};
  for (const [key, value] of Object.entries(object)) {
    if (value !== null) setKey(kept, key, isJsonObject(value) ? withoutNulls(value) : value);
  }
  return kept;
}

/** Others may change the object in between; the patch is made anew for what they left. */
const MOST_ATTEMPTS = 6;

async function patch(
  transport: HttpsTransport,
  entry: ManifestEntry,
  state: { readonly modified: ApiObject; readonly current: ApiObject; readonly context: CliContext },
  options: ApplyOptions,
): Promise<Applied> {
  let { current } = state;
  for (let attempt = 1; ; attempt++) {
    const change = applyPatch(entry.mapping, state.modified, current);
    if (isEmptyPatch(change)) return { operation: "unchanged", object: current };
    if (options.dryRun === "client")
      return { operation: "configured", object: locallyPatched(entry.mapping, current, change) };
    try {
      // oxlint-disable-next-line no-await-in-loop -- an attempt follows a conflict
      const object = await requestResource(transport, addressOf(entry), {
        method: "PATCH",
        contentType: change.contentType,
        query: writeQuery(options),
        body: change.patch,
      });
      return { operation: "configured", object };
    } catch (error) {
      const isConflict = isApiError(error, "Conflict");
      if (options.force && (isConflict || isApiError(error, "Invalid"))) {
        // oxlint-disable-next-line no-await-in-loop -- the last turn
        const object = await replaceByForce(
          transport,
          entry,
          { wanted: state.modified, current },
          { ...options, ...options.force, context: state.context },
        );
        return { operation: "configured", object };
      }
      if (!isConflict || attempt >= MOST_ATTEMPTS) throw patchProblem(error, entry, change);
      // oxlint-disable-next-line no-await-in-loop -- before the next attempt
      current = await requestResource(transport, addressOf(entry), { method: "GET" });
    }
  }
}

/** kubectl shows the whole patch: without it nobody could tell what the server objects to. */
function patchProblem(
  error: unknown,
  { mapping, namespace, name, source }: ManifestEntry,
  { patch: sent }: ApplyPatch,
): unknown {
  const { group, version, resource, kind } = mapping;
  const object = [
    `Resource: ${JSON.stringify(`${group}/${version}, Resource=${resource}`)}, GroupVersionKind: ${JSON.stringify(`${group}/${version}, Kind=${kind}`)}`,
    `Name: ${JSON.stringify(name)}, Namespace: ${JSON.stringify(namespace)}`,
  ].join("\n");
  const doing = `applying patch:\n${goJson(sent)}\nto:\n${object}\nfor:`;
  return withSource(withSource(error, "patching", source), doing, source);
}

function warnOfMissingAnnotation({ mapping, name }: ManifestEntry, { stderr }: CliContext): void {
  stderr.write(
    `Warning: resource ${mapping.resource}/${name} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.\n`,
  );
}
