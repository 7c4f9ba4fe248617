import { alreadyExists, ApiError, forbidden } from "../../api/api-error.ts";
import { schemaOf } from "../../api/kind-schema.ts";
import type { Kind } from "../../api/kind.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import { cloneJson } from "../../lib/json/json-value.ts";
import { nameSuffix, uuid } from "../../lib/random.ts";
import { timestamp } from "../../lib/time/clock.ts";
import type { KeyValue } from "../../store/store.ts";
import { stored, unstored, type ApiAnswer } from "../api-request.ts";
import type { ServedResource } from "../served-resources.ts";
import { hookOf, type ServerContext } from "../server-context.ts";
import { hasStatus, trackFields } from "./field-tracking.ts";
import { validateCreation } from "./object-validation.ts";
import { checkIdentity, type WriteRequest } from "./write-request.ts";

/** With five characters a clash is rare; eight clashes in a row mean a nearly full set of names. */
const GENERATED_NAME_ATTEMPTS = 8;
const GENERATED_SUFFIX_LENGTH = 5;
const MAX_GENERATED_BASE_LENGTH = 63 - GENERATED_SUFFIX_LENGTH;

/** Takes a decoded, defaulted object through admission and validation into the store. `draft` is changed. */
export async function createObject(
  context: ServerContext,
  request: WriteRequest,
  draft: KubeObject,
): Promise<ApiAnswer> {
  const { kind, type } = request.resource;
  const { refusesCreation } = kind.strategy;
  if (refusesCreation !== undefined) throw forbidden(type, draft.metadata.name ?? "", refusesCreation);
  checkIdentity(request, draft.metadata);
  wipeSystemMetadata(draft);
  if (request.namespace !== "") draft.metadata.namespace = request.namespace;
  if (request.name !== "") draft.metadata.name = request.name;

  trackFields(request, draft, undefined, context.clock.now());

  const review = { ...request, operation: "CREATE" as const, object: draft, oldObject: undefined };
  await context.admission.admit(review);
  fillSystemMetadata(draft, context.clock.now());
  prepareCreation(draft, request, context.clock.now());
  const pending = hookOf(context, request.resource)?.beginCreate(draft);
  try {
    validateCreation(request, draft);
    await context.admission.validate(review);
    const written = request.dryRun ? await tried(context, request, draft) : await inserted(context, request, draft);
    if (request.dryRun) pending?.rollback();
    else pending?.commit();
    return written;
  } catch (error) {
    pending?.rollback();
    throw error;
  }
}

function wipeSystemMetadata({ metadata }: KubeObject): void {
  delete metadata.namespace;
  delete metadata.uid;
  delete metadata.creationTimestamp;
  delete metadata.deletionTimestamp;
  delete metadata.deletionGracePeriodSeconds;
  delete metadata.selfLink;
  delete metadata.generation;
}

function fillSystemMetadata({ metadata }: KubeObject, now: number): void {
  metadata.uid = uuid();
  metadata.creationTimestamp = timestamp(now);
  if (!metadata.name && metadata.generateName) metadata.name = generatedName(metadata.generateName);
}

function prepareCreation(draft: KubeObject, { resource: { kind }, user }: WriteRequest, now: number): void {
  if (hasStatus(kind) && !kind.strategy.keepsStatusOnCreate) resetStatus(kind, draft);
  if (kind.strategy.desiredState) draft.metadata.generation = 1;
  kind.strategy.prepareCreate?.(draft, { now, user });
}

/** To what stands there for an unset one: patches of /status find the place that they add to. */
function resetStatus(kind: Kind, draft: Statusful): void {
  const { status } = schemaOf(kind).empty();
  if (status === undefined) delete draft.status;
  else draft.status = cloneJson(status);
}

type Statusful = KubeObject & { status?: unknown };

/** What a dry run answers: everything is as if it had been written, but for the resourceVersion. */
async function tried(
  { store }: ServerContext,
  { resource, namespace }: WriteRequest,
  draft: KubeObject,
): Promise<ApiAnswer> {
  const name = draft.metadata.name ?? "";
  const current = await store.get(resource.storage.key(namespace, name));
  if (current) throw await nameTaken(resource, current);
  return unstored(resource, draft, 201);
}

async function inserted(
  { store }: ServerContext,
  { resource, namespace, name }: WriteRequest,
  draft: KubeObject,
): Promise<ApiAnswer> {
  const { metadata } = draft;
  // Kubernetes writes such an object nowhere and has no reason for the refusal (apiserver/pkg/storage/errors.go).
  if (metadata.resourceVersion) throw resourceVersionOnCreate();
  const generateName = name === "" ? metadata.generateName : undefined;
  for (let attempt = 1; ; attempt++) {
    const key = resource.storage.key(namespace, metadata.name ?? "");
    const preparation = resource.storage.prepareWrite(draft);
    if (preparation) await preparation;
    const result = await store.create(key, resource.storage.valueOf(draft));
    if (result.outcome === "written") {
      return stored(resource, result.entry, 201);
    }
    if (!generateName) throw await nameTaken(resource, result.current);
    if (attempt === GENERATED_NAME_ATTEMPTS) throw generatedNameTaken(resource, metadata.name ?? "");
    metadata.name = generatedName(generateName);
  }
}

async function nameTaken(resource: ServedResource, current: KeyValue): Promise<ApiError> {
  await resource.storage.prepare([current]);
  const { metadata } = resource.storage.read(current);
  const { status } = alreadyExists(resource.type, metadata.name ?? "");
  if (!metadata.deletionTimestamp) return new ApiError(status);
  return new ApiError({ ...status, message: `object is being deleted: ${status.message}` });
}

function generatedNameTaken({ type }: ServedResource, name: string): ApiError {
  const { status } = alreadyExists(type, name);
  return new ApiError({
    ...status,
    message: `${status.message}, the server was not able to generate a unique name for the object`,
    details: { ...status.details, retryAfterSeconds: 1 },
  });
}

const resourceVersionOnCreate = (): ApiError =>
  new ApiError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: "resourceVersion should not be set on objects to be created",
    code: 500,
  });

function generatedName(generateName: string): string {
  return generateName.slice(0, MAX_GENERATED_BASE_LENGTH) + nameSuffix(GENERATED_SUFFIX_LENGTH);
}
