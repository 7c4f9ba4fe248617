import { internalError, invalid, notFound } from "../../api/api-error.ts";
import { FieldErrors } from "../../api/field-errors.ts";
import type { ScaleSubresource, Subresource } from "../../api/kind.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import { builtInSchema } from "../../api/schema/object-schema.ts";
import type { Scale } from "../../api/types/autoscaling-v1.ts";
import { cloneJson } from "../../lib/json/json-value.ts";
import { answeredObject } from "../answers/answer-objects.ts";
import { plain, type ApiAnswer, type ApiRequest } from "../api-request.ts";
import { decodeAs } from "../decode.ts";
import type { Handlers } from "../handlers.ts";
import { updateObject } from "../objects/object-update.ts";
import { objectRules } from "../objects/update-rules.ts";
import { writeRequest, type WriteRequest } from "../objects/write-request.ts";
import type { ServerContext } from "../server-context.ts";
import { patchOf } from "../verbs/patch.ts";

/** How many replicas a workload has, in a form that is the same for all kinds. */
export const scale: Handlers = { get: getScale, update: updateScale, patch: patchScale };

const MAX_ATTEMPTS = 100;

async function getScale({ store }: ServerContext, request: ApiRequest): Promise<ApiAnswer> {
  const { resource, namespace, name } = request;
  const entry = await store.get(resource.storage.key(namespace, name));
  if (!entry) throw notFound(resource.type, name);
  await resource.storage.prepare([entry]);
  return plain(scaleOf(resource.storage.read(entry), facts(request)));
}

const SCALE_DEFINITION = "io.k8s.api.autoscaling.v1.Scale";
const SCALE = { group: "autoscaling", version: "v1", kind: "Scale" };

function updateScale(context: ServerContext, request: ApiRequest): Promise<ApiAnswer> {
  const write = writeRequest(request, "UpdateOptions");
  // The definition says so.
  const decode = () => decodeAs(request.body, SCALE, SCALE_DEFINITION, write) as unknown as Scale;
  return changeScale(context, request, write, decode);
}

function patchScale(context: ServerContext, request: ApiRequest): Promise<ApiAnswer> {
  const write = writeRequest(request, "PatchOptions");
  const apply = patchOf(request, write, builtInSchema(SCALE_DEFINITION));
  return changeScale(context, request, write, (current) => apply(current) as Scale);
}

/** Takes the object through a change of its scale. */
async function changeScale(
  context: ServerContext,
  request: ApiRequest,
  scaleWrite: WriteRequest,
  change: (current: Scale) => Scale,
): Promise<ApiAnswer> {
  const write = { ...scaleWrite, subresource: "" };
  const scaling = facts(request);
  const answer = await updateObject(context, write, {
    ...objectRules(write),
    attempts: MAX_ATTEMPTS,
    view: {
      kind: SCALE,
      subresource: "scale",
      of: (object) => scaleOf(object, scaling),
      bringIn(draft, view) {
        // Made by the function above.
        const wanted = view as Scale;
        validateScale(wanted);
        Object.assign(draft, scaling.withReplicas(draft, wanted.spec?.replicas ?? 0));
      },
    },
    next(current) {
      const wanted = change(scaleOf(current, scaling));
      validateScale(wanted);
      const draft = scaling.withReplicas(cloneJson(current) as KubeObject, wanted.spec?.replicas ?? 0);
      const { uid, resourceVersion } = wanted.metadata;
      return { ...draft, metadata: { ...draft.metadata, uid: uid ?? draft.metadata.uid, resourceVersion } };
    },
  });
  return plain(scaleOf(answeredObject(answer), scaling));
}

function scaleOf(object: Readonly<KubeObject>, scaling: ScaleSubresource<KubeObject>): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = replicasOf(object, scaling);
  const selector = scaling.selector(object);
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas === 0 ? {} : { replicas },
    status: { replicas: scaling.statusReplicas(object), ...(selector === "" ? {} : { selector }) },
  };
}

function replicasOf(object: Readonly<KubeObject>, { replicas, missingReplicas }: ScaleSubresource<KubeObject>): number {
  const found = replicas(object);
  if (found === undefined && missingReplicas !== undefined) throw internalError(missingReplicas);
  return found ?? 0;
}

function validateScale({ metadata, spec }: Scale): void {
  const errors = new FieldErrors();
  const replicas = spec?.replicas ?? 0;
  if (replicas < 0) errors.invalid("spec.replicas", replicas, "must be greater than or equal to 0");
  if (!errors.isEmpty) throw invalid(SCALE, metadata.name ?? "", errors.errors);
}

function facts({ resource }: ApiRequest): ScaleSubresource<KubeObject> {
  const subresource = resource.kind.subresources.find(isScale);
  if (!subresource) throw notFound(resource.type, "");
  return subresource;
}

const isScale = (subresource: Subresource): subresource is ScaleSubresource<KubeObject> => subresource.name === "scale";
