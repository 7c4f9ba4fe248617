import { conflict, notFound, OPTIMISTIC_LOCK } from "../../api/api-error.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import { semanticEqual } from "../../api/semantic-equal.ts";
import type { DeleteOptions, Status } from "../../api/types/meta-v1.ts";
import type { KeyValue } from "../../store/store.ts";
import type { AdmissionRequest } from "../admission/admission.ts";
import { plain, stored, unstored, type ApiAnswer } from "../api-request.ts";
import type { ServedResource } from "../served-resources.ts";
import type { ServerContext } from "../server-context.ts";
import { deletion, type Deletion } from "./deletion.ts";
import { removeObject } from "./object-remove.ts";
import { checkPreconditions } from "./preconditions.ts";
import type { WriteRequest } from "./write-request.ts";

/** Deletions win over other writers sooner or later; this only ends a fight that would never end. */
const MAX_ATTEMPTS = 100;

export type DeleteChoices = Omit<DeleteOptions, "apiVersion" | "kind">;

type Admit = (review: AdmissionRequest) => Promise<void>;

/** Deletes an object, or marks it as being deleted when somebody has to act first. */
export function deleteObject(
  context: ServerContext,
  request: WriteRequest,
  options: DeleteChoices,
): Promise<ApiAnswer> {
  return deleteAs(context, request, options, async (review) => {
    await context.admission.admit(review);
    await context.admission.validate(review);
  });
}

/** The same for what admission let in under another name: an eviction. */
export const deleteAdmitted = (
  context: ServerContext,
  request: WriteRequest,
  options: DeleteChoices,
): Promise<ApiAnswer> => deleteAs(context, request, options, () => Promise.resolve());

async function deleteAs(
  context: ServerContext,
  request: WriteRequest,
  options: DeleteChoices,
  admit: Admit,
): Promise<ApiAnswer> {
  const { resource, namespace, name } = request;
  const key = resource.storage.key(namespace, name);
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const entry = await context.store.get(key);
    if (!entry) throw notFound(resource.type, name);
    const answer = await tryDelete(context, request, options, admit, entry);
    if (answer) return answer;
  }
  throw conflict(resource.type, name, OPTIMISTIC_LOCK);
}

async function tryDelete(
  context: ServerContext,
  request: WriteRequest,
  options: DeleteChoices,
  admit: Admit,
  entry: KeyValue,
): Promise<ApiAnswer | undefined> {
  const { resource } = request;
  const preparation = resource.storage.prepare([entry]);
  if (preparation) await preparation;
  const current = resource.storage.read(entry);
  checkPreconditions(resource, current, options.preconditions ?? {});
  const name = request.isCollection ? "" : request.name;
  await admit({
    ...request,
    name,
    operation: "DELETE",
    object: undefined,
    oldObject: current,
    deleteOptions: options,
  });
  const step = deletion(resource.kind, current, options, context.clock.now());
  return perform(context, request, entry, current, step);
}

async function perform(
  context: ServerContext,
  { resource, dryRun, name }: WriteRequest,
  entry: KeyValue,
  current: Readonly<KubeObject>,
  step: Deletion,
): Promise<ApiAnswer | undefined> {
  switch (step.action) {
    case "none":
      return stored(resource, entry);
    case "refuse":
      throw conflict(resource.type, name, step.detail);
    case "mark": {
      if (dryRun) return unstored(resource, step.draft);
      if (semanticEqual(step.draft, current)) return stored(resource, entry);
      await resource.storage.prepareWrite(step.draft);
      const result = await context.store.update(entry.key, entry.revision, resource.storage.valueOf(step.draft));
      if (result.outcome !== "written") return undefined;
      return stored(resource, result.entry, step.accepted ? 202 : 200);
    }
    case "remove": {
      if (dryRun) return removed(resource, current, unstored(resource, current));
      const last = await removeObject(context, resource, entry);
      return last && removed(resource, current, stored(resource, last));
    }
  }
}

/** What a finished deletion answers. */
function removed(resource: ServedResource, last: Readonly<KubeObject>, object: ApiAnswer): ApiAnswer {
  if (resource.kind.strategy.returnsDeletedObject) return object;
  const { group, resource: kind } = resource.type;
  const { name, uid } = last.metadata;
  const status: Status = {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: { name, ...(group === "" ? {} : { group }), kind, uid },
  };
  return plain(status);
}
