import { isApiError } from "../../api/api-error.ts";
import type { HttpsTransport } from "../../client/https-transport.ts";
import type { CliContext } from "../context.ts";
import { kindPrefix } from "../discovery/resource-mapping.ts";
import { type ApiObject, objectIn, textIn } from "../objects/api-object.ts";
import { withSource } from "../objects/error-source.ts";
import { loadObjects } from "../objects/load-objects.ts";
import { requestResource } from "../objects/resource-requests.ts";
import type { ManifestEntry, NamedObject, ObjectSelection } from "../objects/select-objects.ts";
import { visitEach } from "../objects/visit.ts";
import type { DryRun } from "../objects/write-options.ts";
import type { PropagationPolicy } from "./cascade.ts";
import { type LeavingObject, waitForDeletions } from "./wait-for-deletion.ts";

export interface DeleteObjectsOptions {
  /** Undefined leaves it to the object. */
  readonly gracePeriodSeconds: number | undefined;
  readonly propagationPolicy: PropagationPolicy;
  readonly ignoresNotFound: boolean;
  readonly dryRun: DryRun;
  readonly waits: boolean;
  readonly timeoutMs: number;
  readonly printsNames: boolean;
  /** `force deleted` for what gets no time to end well. */
  readonly saysForced: boolean;
  readonly warnsOfClusterScope: boolean;
}

type Deletable = Pick<NamedObject | ManifestEntry, "mapping" | "namespace" | "name"> & { readonly source: string };

/** Deletes what the selection names, tells of each, and waits until they are gone. */
export async function deleteObjects(
  transport: HttpsTransport,
  selection: ObjectSelection,
  options: DeleteObjectsOptions,
  context: CliContext,
): Promise<void> {
  const { objects, errors } = await deletables(transport, selection);
  if (options.warnsOfClusterScope && objects.some(({ mapping }) => !mapping.namespaced))
    context.stderr.write("Warning: deleting cluster-scoped resources, not scoped to the provided namespace\n");
  const leaving: LeavingObject[] = [];
  await visitEach(
    objects,
    async (object) => {
      const answer = options.dryRun === "client" ? {} : await deleteObject(transport, object, options);
      if (!answer) return;
      context.stdout.write(deletionText(object, options));
      leaving.push({ ...object, uid: uidIn(answer) });
    },
    errors,
  );
  if (objects.length === 0) context.stdout.write("No resources found\n");
  if (!options.waits || options.dryRun !== "none") return;
  try {
    await waitForDeletions(transport, leaving, { context, timeoutMs: options.timeoutMs });
  } catch (error) {
    // Who may delete but not look cannot wait; that is no failure.
    if (!isApiError(error, "Forbidden") && !isApiError(error, "MethodNotAllowed")) throw error;
  }
}

async function deletables(
  transport: HttpsTransport,
  selection: ObjectSelection,
): Promise<{ readonly objects: readonly Deletable[]; readonly errors: readonly unknown[] }> {
  const collections = selection.sources.filter(({ type }) => type === "collection");
  const loaded = await loadObjects(transport, { sources: collections, errors: selection.errors, isSingle: false });
  const named = selection.sources.flatMap((source) =>
    source.type === "collection" ? [] : [{ ...source, source: source.type === "manifest" ? source.source : "" }],
  );
  return { objects: [...named, ...loaded.objects], errors: loaded.errors };
}

async function deleteObject(
  transport: HttpsTransport,
  { mapping, namespace, name, source }: Deletable,
  options: DeleteObjectsOptions,
): Promise<ApiObject | undefined> {
  const { gracePeriodSeconds, propagationPolicy, dryRun } = options;
  const body = {
    kind: "DeleteOptions",
    apiVersion: "v1",
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
    propagationPolicy,
    ...(dryRun === "server" ? { dryRun: ["All"] } : {}),
  };
  try {
    return await requestResource(transport, { mapping, namespace, name }, { method: "DELETE", body });
  } catch (error) {
    if (options.ignoresNotFound && isApiError(error, "NotFound")) return undefined;
    throw withSource(error, "deleting", source);
  }
}

/** The answer is the object, if it stays for a while, or a Status that names it. */
const uidIn = (answer: ApiObject): string =>
  textIn(objectIn(answer, "details"), "uid") || textIn(objectIn(answer, "metadata"), "uid");

function deletionText({ mapping, namespace, name }: Deletable, options: DeleteObjectsOptions): string {
  const kind = kindPrefix(mapping);
  if (options.printsNames) return `${kind}/${name}\n`;
  const operation = options.saysForced && options.gracePeriodSeconds === 0 ? "force deleted" : "deleted";
  const from = mapping.namespaced ? ` from ${namespace} namespace` : "";
  const dryRun = { none: "", client: " (dry run)", server: " (server dry run)" }[options.dryRun];
  return `${kind} "${name}" ${operation}${from}${dryRun}\n`;
}
