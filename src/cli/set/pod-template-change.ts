import type { JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { kindPrefix } from "../discovery/resource-mapping.ts";
import { messageOf } from "../error-message.ts";
import { booleanFlag, type Flags } from "../flags/flag.ts";
import { dryRunFlag, fieldManagerFlag, filenameFlags, selectorFlag } from "../flags/shared-flags.ts";
import type { Invocation } from "../kubectl-command.ts";
import { type ApiObject, kindOf, objectIn } from "../objects/api-object.ts";
import { type LoadedObject, loadObjects } from "../objects/load-objects.ts";
import { isEmptyPatch, objectPatch } from "../objects/object-patch.ts";
import { requestResource } from "../objects/resource-requests.ts";
import { manifestsOf, selectObjects } from "../objects/select-objects.ts";
import { visitEach } from "../objects/visit.ts";
import { dryRunOf, withDryRun, writeQuery } from "../objects/write-options.ts";
import { operationPrinter, printFlags } from "../printers/print-flags.ts";

/** The flags that all commands of `set` for pod templates share. */
export const setFlags = {
  ...printFlags,
  ...filenameFlags,
  all: booleanFlag("Select all resources, in the namespace of the specified resource types"),
  "dry-run": dryRunFlag,
  "field-manager": fieldManagerFlag("kubectl-set"),
  local: booleanFlag("If true, will NOT contact api-server but run locally."),
  selector: selectorFlag,
};

export interface PodTemplateChange {
  /** What is changed, in `image updated`. */
  readonly what: string;
  /** In front of what the server refuses. */
  readonly failure: string;
  readonly fieldManager: string;
  /** The pod spec as it shall be; throws UserError for what cannot be done. */
  readonly change: (podSpec: JsonObject, object: ApiObject) => JsonObject;
  /** Sends and tells even a change that makes no difference. */
  readonly patchesAlways?: boolean;
}

/** Changes the pod template of each object that was named, where the change makes a difference. */
export async function changePodTemplates<F extends Flags>(
  invocation: Invocation<F & typeof setFlags>,
  resources: readonly string[],
  change: PodTemplateChange,
): Promise<void> {
  // The flags of F are not looked at here.
  const { flags, session, context } = invocation as unknown as Invocation<typeof setFlags>;
  const dryRun = dryRunOf(flags["dry-run"], context);
  if (flags.local && resources.length > 0) throw new UserError(LOCAL_NEEDS_FILES);
  const selection = await selectObjects(session, {
    args: resources,
    filenames: flags.filename,
    kustomize: flags.kustomize,
    recursive: flags.recursive,
    labelSelector: flags.selector,
    allowsTypesAlone: flags.all,
    requiresNamespace: true,
    isLocal: flags.local,
  });
  const { objects, errors } = flags.local
    ? {
        objects: manifestsOf(selection),
        errors: selection.errors,
      }
    : await loadObjects(await session.transport(), selection);
  const print = await operationPrinter(flags, withDryRun(`${change.what} updated`, dryRun), context);
  await visitEach(
    objects,
    async (loaded) => {
      const changed = changedObject(loaded, change);
      const patch = objectPatch(loaded.mapping, loaded.object, changed);
      if (isEmptyPatch(patch) && change.patchesAlways !== true) return;
      if (flags.local || dryRun === "client") {
        context.stdout.write(print(changed));
        return;
      }
      const query = writeQuery({ dryRun, fieldManager: change.fieldManager });
      const { mapping, namespace, name } = loaded;
      const answer = await requestResource(
        await session.transport(),
        { mapping, namespace, name },
        { method: "PATCH", contentType: patch.contentType, query, body: patch.patch },
      ).catch((error: unknown) => {
        throw error instanceof Error ? new UserError(`${change.failure}: ${plainMessage(error)}`) : error;
      });
      context.stdout.write(print(answer));
    },
    errors,
  );
}

const plainMessage = (error: Error): string => (error.name === "ApiError" ? error.message : messageOf(error));

const LOCAL_NEEDS_FILES = `error: you must specify resources by --filename when --local is set.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'`;

function changedObject({ object, mapping, name }: LoadedObject, { change }: PodTemplateChange): ApiObject {
  const path = podSpecPath(object);
  if (!path)
    throw new UserError(
      `${kindPrefix(mapping)}/${name} the object is not a pod or does not have a pod template: *${mapping.version}.${mapping.kind}\n`,
    );
  const spec = path.reduce((inner: JsonObject, key) => objectIn(inner, key), object);
  return replacedAt(object, path, change(spec, object));
}

/** Where an object keeps its pod spec. */
function podSpecPath(object: ApiObject): readonly string[] | undefined {
  switch (kindOf(object)) {
    case "Pod":
      return ["spec"];
    case "CronJob":
      return ["spec", "jobTemplate", "spec", "template", "spec"];
    case "DaemonSet":
    case "Deployment":
    case "Job":
    case "ReplicaSet":
    case "ReplicationController":
    case "StatefulSet":
      return ["spec", "template", "spec"];
    default:
      return undefined;
  }
}

function replacedAt(object: JsonObject, path: readonly string[], value: JsonObject): JsonObject {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  return { ...object, [key]: replacedAt(objectIn(object, key), rest, value) };
}
