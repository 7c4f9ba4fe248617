import { badRequest, conflict, invalid } from "../../api/api-error.ts";
import { FieldErrors } from "../../api/field-errors.ts";
import { pods } from "../../api/resources.ts";
import type { Binding, Pod } from "../../api/types/core-v1.ts";
import { timestamp } from "../../lib/time/clock.ts";
import { commandReview } from "../admission/command-review.ts";
import { success } from "../answers/success-status.ts";
import type { ApiAnswer, ApiRequest } from "../api-request.ts";
import { decodeAs } from "../decode.ts";
import type { Handlers } from "../handlers.ts";
import { modifyObject } from "../objects/object-modify.ts";
import { writeRequest, type WriteRequest } from "../objects/write-request.ts";
import { setPodCondition } from "../pod-condition.ts";
import type { ServerContext } from "../server-context.ts";

/** Assigns a pod to a node: what schedulers do. Also served as the resource `bindings`, where the body alone names the pod. */
export const binding: Handlers = { create: bind };

async function bind(context: ServerContext, request: ApiRequest): Promise<ApiAnswer> {
  const write = writeRequest(request, "CreateOptions");
  const wanted = await admittedBinding(context, request, write);
  const { uid, resourceVersion, annotations, labels } = wanted.metadata;
  const name = wanted.metadata.name ?? "";
  const now = timestamp(context.clock.now());
  await modifyObject(context, {
    resource: context.resources.require(pods),
    namespace: request.namespace,
    name,
    preconditions: { uid, resourceVersion },
    dryRun: write.dryRun,
    change(draft) {
      // The resource holds pods.
      const pod = draft as Pod;
      const refusal = reasonNotToBind(pod);
      if (refusal !== undefined) throw conflict({ group: "", resource: "pods/binding" }, name, refusal);
      pod.spec = { containers: [], ...pod.spec, nodeName: wanted.target.name };
      if (annotations) pod.metadata.annotations = { ...pod.metadata.annotations, ...annotations };
      if (labels) pod.metadata.labels = { ...pod.metadata.labels, ...labels };
      pod.status = { ...pod.status };
      delete pod.status.nominatedNodeName;
      setPodCondition(pod.status, { type: "PodScheduled", status: "True" }, now);
    },
  });
  return success();
}

function reasonNotToBind({ metadata: { name, deletionTimestamp }, spec }: Pod): string | undefined {
  if (deletionTimestamp) return `pod ${name} is being deleted, cannot be assigned to a host`;
  if (spec?.nodeName) return `pod ${name} is already assigned to node ${JSON.stringify(spec.nodeName)}`;
  if (spec?.schedulingGates?.length) return `pod ${name} has non-empty .spec.schedulingGates`;
  return undefined;
}

const BINDING = { group: "", version: "v1", kind: "Binding" };

async function admittedBinding(context: ServerContext, request: ApiRequest, write: WriteRequest): Promise<Binding> {
  // The definition says so.
  const given = decodeAs(request.body, BINDING, "io.k8s.api.core.v1.Binding", write) as unknown as Binding;
  const review = commandReview(write, given, BINDING);
  await context.admission.admit(review);
  checkBinding(request, given);
  await context.admission.validate(review);
  return given;
}

function checkBinding(request: ApiRequest, { metadata, target }: Binding): void {
  if (request.name !== "" && metadata.name !== request.name) {
    throw badRequest("name in URL does not match name in Binding object");
  }
  const errors = new FieldErrors();
  if (target.kind && target.kind !== "Node") errors.notSupported("target.kind", target.kind, ["Node", "<empty>"]);
  if (!target.name) errors.required("target.name", "");
  if (!errors.isEmpty) throw invalid(BINDING, metadata.name ?? "", errors.errors);
}
