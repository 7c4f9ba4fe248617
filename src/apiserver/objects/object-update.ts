import { conflict, invalid, notFound, OPTIMISTIC_LOCK } from "../../api/api-error.ts";
import { FieldErrors } from "../../api/field-errors.ts";
import type { Kind, WriteContext } from "../../api/kind.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import type { GroupVersionKind } from "../../api/schema/schema.ts";
import type { KeyValue } from "../../store/store.ts";
import type { AdmissionRequest } from "../admission/admission.ts";
import { stored, unstored, type ApiAnswer } from "../api-request.ts";
import { forbiddenTo } from "../auth/forbidden.ts";
import { hookOf, type ServerContext } from "../server-context.ts";
import { isSameState, trackFields } from "./field-tracking.ts";
import { createObject } from "./object-create.ts";
import { removeObject } from "./object-remove.ts";
import { checkPreconditions } from "./preconditions.ts";
import { checkIdentity, type WriteRequest } from "./write-request.ts";

/** How an update comes to its new state. */
export interface ObjectUpdate {
  /** Makes a draft of its own from what is there. Runs again when somebody else wrote in between. */
  readonly next: (current: Readonly<KubeObject>) => KubeObject | Promise<KubeObject>;
  /** Applies where `next` finds nothing to change: creates the object instead. Undefined: not found. */
  readonly create?: (() => KubeObject | Promise<KubeObject>) | undefined;
  /** What the update may touch; strategies tell the main resource and its subresources apart. */
  readonly prepare: (draft: KubeObject, current: Readonly<KubeObject>, context: WriteContext) => void;
  readonly validate: (draft: KubeObject, current: Readonly<KubeObject>) => void;
  /** Where admission is shown something else than the object: a Scale. */
  readonly view?: ObjectView;
  /** How often a lost race is repeated before the client hears of it; the resourceVersion of a draft ends it sooner. */
  readonly attempts: number;
}

interface ObjectView {
  readonly kind: GroupVersionKind;
  readonly subresource: string;
  readonly of: (object: Readonly<KubeObject>) => object;
  /** Brings what admission made of the view into the draft; refuses what cannot be. */
  readonly bringIn: (draft: KubeObject, view: object) => void;
}

/** Takes an existing object through a change, admission and validation into the store. */
export async function updateObject(
  context: ServerContext,
  request: WriteRequest,
  update: ObjectUpdate,
): Promise<ApiAnswer> {
  const { resource, namespace, name } = request;
  const key = resource.storage.key(namespace, name);
  let entry = await context.store.get(key);
  for (let attempt = 1; ; attempt++) {
    if (!entry) {
      if (!update.create) throw notFound(resource.type, name);
      await requireCreate(context, request);
      return createObject(context, request, await update.create());
    }
    const answer = await tryUpdate(context, request, update, entry);
    if (answer) return answer;
    if (attempt >= update.attempts) throw conflict(resource.type, name, OPTIMISTIC_LOCK);
    entry = await context.store.get(key);
  }
}

/** One attempt; undefined when somebody else wrote first. */
async function tryUpdate(
  context: ServerContext,
  request: WriteRequest,
  update: ObjectUpdate,
  entry: KeyValue,
): Promise<ApiAnswer | undefined> {
  const { resource } = request;
  const preparation = resource.storage.prepare([entry]);
  if (preparation) await preparation;
  const current = resource.storage.read(entry);
  const draft = await update.next(current);
  checkIdentity(request, draft.metadata);
  checkPreconditions(resource, current, { uid: draft.metadata.uid });
  checkVersion(request, draft, current);

  const now = context.clock.now();
  // What admission changes belongs to nobody; of a subresource only what it may write counts, which is known further down.
  if (request.subresource === "") trackFields(request, draft, current, now);
  const review = updateReview(request, update, draft, current);
  await context.admission.admit(review);
  if (update.view && review.object) update.view.bringIn(draft, review.object);
  keepSystemMetadata(draft, current);
  draft.metadata.resourceVersion = current.metadata.resourceVersion;
  update.prepare(draft, current, { now, user: request.user });
  if (request.subresource !== "") trackFields(request, draft, current, now);
  const pending = request.subresource === "" ? hookOf(context, resource)?.beginUpdate(draft, current) : undefined;
  try {
    update.validate(draft, current);
    await context.admission.validate(update.view ? updateReview(request, update, draft, current) : review);

    if (isFinalized(resource.kind, draft, current)) {
      pending?.rollback();
      const isRemoved = request.dryRun || (await removeObject(context, resource, entry));
      return isRemoved ? unstored(resource, draft) : undefined;
    }
    if (request.dryRun) {
      pending?.rollback();
      return unstored(resource, draft);
    }
    const written = await write(context, request, entry, draft, current);
    if (written) pending?.commit();
    else pending?.rollback();
    return written;
  } catch (error) {
    pending?.rollback();
    throw error;
  }
}

function updateReview(
  request: WriteRequest,
  { view }: ObjectUpdate,
  draft: KubeObject,
  current: Readonly<KubeObject>,
): AdmissionRequest {
  const operation = "UPDATE";
  if (!view) return { ...request, operation, object: draft, oldObject: current };
  const { subresource, kind: objectKind } = view;
  // Views have metadata as objects do.
  const [object, oldObject] = [view.of(draft) as KubeObject, view.of(current) as KubeObject];
  return { ...request, operation, subresource, objectKind, object, oldObject };
}

async function write(
  { store }: ServerContext,
  { resource }: WriteRequest,
  entry: KeyValue,
  draft: KubeObject,
  current: Readonly<KubeObject>,
): Promise<ApiAnswer | undefined> {
  // A write that changes nothing is none: controllers that write what they see would keep each other busy for ever.
  if (isSameState(draft, current)) return stored(resource, entry);
  const preparation = resource.storage.prepareWrite(draft);
  if (preparation) await preparation;
  const result = await store.update(entry.key, entry.revision, resource.storage.valueOf(draft));
  if (result.outcome !== "written") return undefined;
  return stored(resource, result.entry);
}

/** Without a version an update wins over whatever is there, for the kinds that allow it. */
function checkVersion({ resource, name }: WriteRequest, draft: KubeObject, current: Readonly<KubeObject>): void {
  const { resourceVersion } = draft.metadata;
  if (!resourceVersion || resourceVersion === "0") {
    if (resource.kind.strategy.allowsUnconditionalUpdate) return;
    const errors = new FieldErrors();
    errors.invalid("metadata.resourceVersion", 0, "must be specified for an update");
    // Kubernetes names the resource here instead of the kind (apiserver/pkg/registry/generic/registry/store.go).
    throw invalid({ group: resource.type.group, kind: resource.type.resource }, name, errors.errors);
  }
  if (resourceVersion !== current.metadata.resourceVersion) throw conflict(resource.type, name, OPTIMISTIC_LOCK);
}

/** What no client may change. */
function keepSystemMetadata({ metadata }: KubeObject, { metadata: current }: Readonly<KubeObject>): void {
  keep(metadata, current, "namespace");
  keep(metadata, current, "name");
  keep(metadata, current, "generation");
  keep(metadata, current, "creationTimestamp");
  if (!metadata.uid) keep(metadata, current, "uid");
  // A deletion can be seen through but not taken back.
  keep(metadata, current, "deletionTimestamp");
  metadata.deletionGracePeriodSeconds ??= current.deletionGracePeriodSeconds;
  if (metadata.deletionGracePeriodSeconds === undefined) delete metadata.deletionGracePeriodSeconds;
  delete metadata.selfLink;
}

function keep(
  metadata: KubeObject["metadata"],
  current: KubeObject["metadata"],
  field: "namespace" | "name" | "uid" | "generation" | "creationTimestamp" | "deletionTimestamp",
): void {
  if (current[field] === undefined) delete metadata[field];
  else Object.assign(metadata, { [field]: current[field] });
}

/** The last finalizer of an object that is being deleted was removed, and no grace period is running. */
function isFinalized({ strategy }: Kind, draft: KubeObject, { metadata }: Readonly<KubeObject>): boolean {
  if (!metadata.deletionTimestamp || metadata.deletionGracePeriodSeconds) return false;
  return !draft.metadata.finalizers?.length && !strategy.ownFinalizers?.(draft).length;
}

/** Whoever may update may not for that alone create. */
async function requireCreate(context: ServerContext, request: WriteRequest): Promise<void> {
  const { resource, user, namespace, name, subresource } = request;
  const { type } = resource;
  const attributes = {
    type: "resource" as const,
    user,
    verb: "create",
    group: type.group,
    version: type.version,
    resource: type.resource,
    subresource,
    namespace,
    name,
  };
  const { allowed, reason } = await context.authorizer.authorize(attributes);
  if (!allowed) throw forbiddenTo(attributes, reason);
}
