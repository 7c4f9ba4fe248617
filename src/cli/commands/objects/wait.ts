import { isApiError } from "../../../api/api-error.ts";
import { sleep } from "../../../lib/time/clock.ts";
import { UserError } from "../../../lib/user-error.ts";
import { ExitError } from "../../command.ts";
import { waitForDeletion } from "../../delete/wait-for-deletion.ts";
import { arrayFlag, booleanFlag, durationFlag } from "../../flags/flag.ts";
import { allNamespacesFlag, fieldSelectorFlag, filenameFlags, selectorFlag } from "../../flags/shared-flags.ts";
import { type Invocation, kubectlCommand } from "../../kubectl-command.ts";
import { type ApiObject, metadataOf, resourceVersionOf, textIn } from "../../objects/api-object.ts";
import { type LoadedObject, loadObjects, type LoadedObjects } from "../../objects/load-objects.ts";
import { requestResource, watchResource } from "../../objects/resource-requests.ts";
import { selectObjects } from "../../objects/select-objects.ts";
import { selectionByFlags } from "../../objects/selection-by-flags.ts";
import { throwAll, visitEach } from "../../objects/visit.ts";
import { operationPrinter, printFlags } from "../../printers/print-flags.ts";
import { waitCondition, type WaitCondition } from "../../wait/wait-condition.ts";

const DEFAULT_TIMEOUT_MS = 30_000;
const WEEK_MS = 7 * 24 * 3_600_000;
const LOOK_AGAIN_MS = 500;

const waitFlags = {
  ...printFlags,
  ...filenameFlags,
  all: booleanFlag("Select all resources in the namespace of the specified resource types"),
  "all-namespaces": allNamespacesFlag,
  "field-selector": fieldSelectorFlag,
  for: arrayFlag(
    "The condition to wait on: [create|delete|condition=condition-name[=condition-value]|jsonpath='{JSONPath expression}'=[JSONPath value]]. The default condition-value is true.",
  ),
  local: booleanFlag("If true, annotation will NOT contact api-server but run locally."),
  selector: selectorFlag,
  timeout: durationFlag(
    "The length of time to wait before giving up. Zero means check once and don't wait, negative means wait for a week.",
    { default: DEFAULT_TIMEOUT_MS },
  ),
};

type WaitInvocation = Invocation<typeof waitFlags>;

export const waitCommand = kubectlCommand({
  usage:
    "([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]]",
  flags: waitFlags,
  examples: `  kube wait --for=condition=Ready pod/web-0
  kube wait --for=delete pod/web-0 --timeout=60s
  kube wait --for=jsonpath='{.status.readyReplicas}'=3 deploy/web`,
  run: wait,
});

async function wait(invocation: WaitInvocation): Promise<void> {
  const { flags, context } = invocation;
  if (flags.for.length === 0) throw new UserError(`unrecognized condition: []`);
  const conditions = flags.for.map(waitCondition);
  const expired = new AbortController();
  const timeoutMs = flags.timeout < 0 ? WEEK_MS : flags.timeout;
  using _ = timeoutMs > 0 ? context.clock.setTimeout(() => expired.abort(), timeoutMs) : undefined;
  const signal = AbortSignal.any([context.signal, expired.signal]);
  const print = await operationPrinter(flags, "condition met", context);
  const isForDelete = conditions.some(({ type }) => type === "delete");
  const isForCreate = conditions.some(({ type }) => type === "create");
  const timedOut = (subject?: string): Error => {
    if (!expired.signal.aborted) return new ExitError(1);
    return new UserError(`timed out waiting for the condition${subject === undefined ? "" : ` on ${subject}`}`);
  };
  const found = await select(invocation, isForDelete);
  const { objects, errors } = isForCreate ? await created(found, invocation, signal, timedOut) : found;
  if (objects.length === 0 && errors.length === 0 && !isForDelete) throw new UserError("no matching resources found");
  await visitEach(
    objects,
    async (loaded) => {
      for (const condition of conditions) {
        // oxlint-disable-next-line no-await-in-loop -- the conditions are to be met in this order
        const object = await met(loaded, condition, invocation, signal).catch((error: unknown) => {
          throw signal.aborted ? timedOut(`${loaded.mapping.resource}/${loaded.name}`) : error;
        });
        context.stdout.write(print(object));
      }
    },
    errors,
  );
}

async function select({ args, flags, session }: WaitInvocation, ignoresNotFound: boolean): Promise<LoadedObjects> {
  const selection = await selectObjects(session, selectionByFlags(args, flags));
  return await loadObjects(await session.transport(), selection, { ignoresNotFound });
}

/** What was named may not exist yet, nor even its type: it is looked for again, as kubectl does. */
async function created(
  first: LoadedObjects,
  invocation: WaitInvocation,
  signal: AbortSignal,
  timedOut: () => Error,
): Promise<LoadedObjects> {
  let found = first;
  for (;;) {
    const missing = found.errors.filter((error) => isApiError(error, "NotFound"));
    if (missing.length < found.errors.length) throwAll(found.errors);
    if (found.objects.length > 0 && missing.length === 0) return found;
    try {
      // oxlint-disable-next-line no-await-in-loop -- the wait between two looks
      await sleep(LOOK_AGAIN_MS, { clock: invocation.context.clock, signal });
    } catch {
      throw timedOut();
    }
    // oxlint-disable-next-line no-await-in-loop -- the next look
    found = await select(invocation, false);
  }
}

async function met(
  loaded: LoadedObject,
  condition: WaitCondition,
  { flags, session }: WaitInvocation,
  signal: AbortSignal,
): Promise<ApiObject> {
  const { mapping, namespace, name, object } = loaded;
  const transport = await session.transport();
  const subject = `${mapping.resource}/${name}`;
  if (condition.type === "create") return object;
  if (condition.type === "delete") {
    if (flags.timeout === 0) throw new UserError(`condition not met for ${subject}`);
    await waitForDeletion(transport, { mapping, namespace, name, uid: textIn(metadataOf(object), "uid") }, { signal });
    signal.throwIfAborted();
    return object;
  }
  if (condition.isMet(object)) return object;
  if (flags.timeout === 0) throw new UserError(`condition not met for ${subject}`);
  let resourceVersion = resourceVersionOf(object);
  for (;;) {
    const query = { fieldSelector: `metadata.name=${name}`, resourceVersion };
    // oxlint-disable-next-line no-await-in-loop -- changes come one after the other
    for await (const change of watchResource(transport, { mapping, namespace }, { query, signal })) {
      if (change.type === "ERROR" || change.type === "DELETED") break;
      const current = { ...change.object, apiVersion: object["apiVersion"], kind: object["kind"] };
      if (condition.isMet(current)) return current;
      resourceVersion = resourceVersionOf(current);
    }
    // oxlint-disable-next-line no-await-in-loop -- the watch ended: is it still there, and in which version?
    const current = await requestResource(transport, { mapping, namespace, name }, { method: "GET", signal });
    if (condition.isMet(current)) return current;
    resourceVersion = resourceVersionOf(current);
  }
}
