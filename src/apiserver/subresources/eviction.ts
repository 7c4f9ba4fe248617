import { apiError, ApiError, badRequest, forbidden, notFound } from "../../api/api-error.ts";
import { labelSelectorOf } from "../../api/label-selector.ts";
import { poddisruptionbudgets, pods } from "../../api/resources.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { Eviction, PodDisruptionBudget } from "../../api/types/policy-v1.ts";
import { timestamp } from "../../lib/time/clock.ts";
import { commandReview } from "../admission/command-review.ts";
import { success } from "../answers/success-status.ts";
import type { ApiAnswer, ApiRequest } from "../api-request.ts";
import { decodeAs } from "../decode.ts";
import type { Handlers } from "../handlers.ts";
import { deleteOptionsOf } from "../objects/delete-options.ts";
import { deleteAdmitted, type DeleteChoices } from "../objects/object-delete.ts";
import { modifyObject } from "../objects/object-modify.ts";
import { writeRequest, type WriteRequest } from "../objects/write-request.ts";
import { setPodCondition } from "../pod-condition.ts";
import type { ServerContext } from "../server-context.ts";

/** A deletion that first asks the budgets which the pod's owner set for disruptions. */
export const eviction: Handlers = { create: evict };

const MAX_DISRUPTED_PODS = 2000;
const BUDGETS: { group: string; resource: string } = { group: "policy", resource: "poddisruptionbudget" };

async function evict(context: ServerContext, request: ApiRequest): Promise<ApiAnswer> {
  const write = writeRequest(request, "CreateOptions");
  const options = deleteOptionsOf((await admittedEviction(context, request, write)).deleteOptions ?? {});
  const dryRun = write.dryRun || options.isDryRun;
  const pod = await readPod(context, request);
  if (!isOver(pod)) await takeDisruption(context, pod, dryRun);
  return deleteEvicted(context, { ...write, subresource: "", dryRun }, options);
}

async function deleteEvicted(context: ServerContext, write: WriteRequest, options: DeleteChoices): Promise<ApiAnswer> {
  const { resource, namespace, name, dryRun } = write;
  const now = timestamp(context.clock.now());
  await modifyObject(context, {
    resource,
    namespace,
    name,
    dryRun,
    preconditions: options.preconditions,
    change(draft) {
      // The resource holds pods.
      const { status } = draft as Pod;
      if (!status) return;
      setPodCondition(status, EVICTED, now);
    },
  });
  // The mark above has made a new version of what the client named.
  const { uid } = options.preconditions ?? {};
  await deleteAdmitted(context, write, { ...options, preconditions: uid === undefined ? undefined : { uid } });
  return success();
}

const EVICTED = {
  type: "DisruptionTarget",
  status: "True",
  reason: "EvictionByEvictionAPI",
  message: "Eviction API: evicting",
};

async function readPod({ store, resources }: ServerContext, { namespace, name }: ApiRequest): Promise<Pod> {
  const { storage, type } = resources.require(pods);
  const entry = await store.get(storage.key(namespace, name));
  if (!entry) throw notFound(type, name);
  // The resource holds pods.
  return storage.read(entry);
}

/** Pods that do not run disrupt nothing when they go. */
function isOver({ metadata, status }: Pod): boolean {
  const phase = status?.phase;
  return metadata.deletionTimestamp !== undefined || phase === "Succeeded" || phase === "Failed" || phase === "Pending";
}

/** Counts the eviction in the pod's budget, or throws because the budget is used up. */
async function takeDisruption(context: ServerContext, pod: Pod, dryRun: boolean): Promise<void> {
  const { namespace = "", name: podName = "", labels } = pod.metadata;
  const resource = context.resources.require(poddisruptionbudgets);
  const { items } = await context.store.range(resource.storage.keyPrefix(namespace));
  // The resource holds budgets.
  const budgets = items
    .map((entry) => resource.storage.read(entry) as PodDisruptionBudget)
    .filter(({ spec }) => labelSelectorOf(spec?.selector).matches(labels));
  const [budget] = budgets;
  if (!budget || mayEvictUnready(pod, budget)) return;
  if (budgets.length > 1) throw severalBudgets();
  await modifyObject(context, {
    resource,
    namespace,
    name: budget.metadata.name ?? "",
    dryRun,
    change(draft) {
      const current = draft as PodDisruptionBudget;
      const refusal = refusalOf(current);
      if (refusal) throw refusal;
      if (!current.status) return;
      current.status.disruptionsAllowed = (current.status.disruptionsAllowed ?? 0) - 1;
      current.status.disruptedPods = {
        ...current.status.disruptedPods,
        [podName]: timestamp(context.clock.now()),
      };
    },
  });
}

/** A pod that is not ready counts for nothing, if the budget says so or is kept without it. */
function mayEvictUnready({ status }: Pod, budget: PodDisruptionBudget): boolean {
  const isReady = status?.conditions?.some((each) => each.type === "Ready" && each.status === "True") ?? false;
  if (isReady) return false;
  if (budget.spec?.unhealthyPodEvictionPolicy === "AlwaysAllow") return true;
  const { currentHealthy = 0, desiredHealthy = 0 } = budget.status ?? {};
  return desiredHealthy > 0 && currentHealthy >= desiredHealthy;
}

function refusalOf({ metadata, status }: PodDisruptionBudget): ApiError | undefined {
  const name = metadata.name ?? "";
  if ((status?.observedGeneration ?? 0) < (metadata.generation ?? 0)) {
    return blocked(`The disruption budget ${name} is still being processed by the server.`, 10);
  }
  const { disruptionsAllowed = 0, disruptedPods = {}, currentHealthy = 0, desiredHealthy = 0 } = status ?? {};
  if (disruptionsAllowed < 0) return forbidden(BUDGETS, name, "pdb disruptions allowed is negative");
  if (Object.keys(disruptedPods).length > MAX_DISRUPTED_PODS) {
    return forbidden(BUDGETS, name, "DisruptedPods map too big - too many evictions not confirmed by PDB controller");
  }
  if (disruptionsAllowed > 0) return undefined;
  const condition = status?.conditions?.find(({ type }) => type === "DisruptionAllowed");
  const explanation = condition?.status === "False" ? condition.message : "";
  if (explanation && condition?.reason === "SyncFailed") {
    return blocked(
      `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${explanation}`,
    );
  }
  if (currentHealthy <= desiredHealthy) {
    return blocked(
      `The disruption budget ${name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`,
    );
  }
  const reason = explanation ? ` (${condition?.reason}): ${explanation}` : "";
  return blocked(`The disruption budget ${name} does not allow evicting pods currently${reason}`);
}

/** kubectl drain waits for as long as it is told this. */
const blocked = (message: string, retryAfterSeconds?: number): ApiError =>
  apiError("TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.", {
    causes: [{ reason: "DisruptionBudget", message }],
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  });

const severalBudgets = (): ApiError =>
  new ApiError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
    code: 500,
  });

const EVICTION = { group: "policy", version: "v1", kind: "Eviction" };

async function admittedEviction(
  { admission }: ServerContext,
  { body, name }: ApiRequest,
  write: WriteRequest,
): Promise<Eviction> {
  // The definition says so.
  const given = decodeAs(body, EVICTION, "io.k8s.api.policy.v1.Eviction", write) as unknown as Eviction;
  const review = commandReview(write, given, EVICTION);
  await admission.admit(review);
  if (given.metadata.name !== name) throw badRequest("name in URL does not match name in Eviction object");
  await admission.validate(review);
  return given;
}
