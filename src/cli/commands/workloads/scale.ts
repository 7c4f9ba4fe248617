import { UserError } from "../../../lib/user-error.ts";
import { booleanFlag, durationFlag, integerFlag, stringFlag } from "../../flags/flag.ts";
import { dryRunFlag, filenameFlags, selectorFlag } from "../../flags/shared-flags.ts";
import { type Invocation, kubectlCommand } from "../../kubectl-command.ts";
import { type ApiObject, objectIn, resourceVersionOf } from "../../objects/api-object.ts";
import { type LoadedObject, loadObjects } from "../../objects/load-objects.ts";
import { PATCH_TYPES, requestResource, watchResource } from "../../objects/resource-requests.ts";
import { selectObjects } from "../../objects/select-objects.ts";
import { visitEach } from "../../objects/visit.ts";
import { dryRunOf, withDryRun } from "../../objects/write-options.ts";
import { operationPrinter, printFlags } from "../../printers/print-flags.ts";

const scaleFlags = {
  ...printFlags,
  ...filenameFlags,
  all: booleanFlag("Select all resources in the namespace of the specified resource types"),
  "current-replicas": integerFlag(
    "Precondition for current size. Requires that the current size of the resource match this value in order to scale. -1 (default) for no condition.",
    { default: -1 },
  ),
  "dry-run": dryRunFlag,
  replicas: integerFlag("The new desired number of replicas. Required.", { default: -1 }),
  "resource-version": stringFlag(
    "Precondition for resource version. Requires that the current resource version match this value in order to scale.",
  ),
  selector: selectorFlag,
  timeout: durationFlag(
    "The length of time to wait before giving up on a scale operation, zero means don't wait. Any other values should contain a corresponding time unit (e.g. 1s, 2m, 3h).",
  ),
};

type ScaleInvocation = Invocation<typeof scaleFlags>;

export const scaleCommand = kubectlCommand({
  usage: "[--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)",
  flags: scaleFlags,
  examples: `  kube scale deploy/web --replicas=3
  kube scale deploy/web --current-replicas=2 --replicas=3`,
  run: scale,
});

async function scale(invocation: ScaleInvocation): Promise<void> {
  const { args, flags, isGiven, session, context } = invocation;
  if (!isGiven("replicas")) throw new UserError('required flag(s) "replicas" not set');
  if (flags.replicas < 0)
    throw new UserError("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0");
  if (flags["current-replicas"] < -1)
    throw new UserError("The --current-replicas must specify an integer of -1 or greater");
  const selection = await selectObjects(session, {
    args,
    filenames: flags.filename,
    kustomize: flags.kustomize,
    recursive: flags.recursive,
    labelSelector: flags.selector,
    allowsTypesAlone: flags.all,
    requiresNamespace: true,
  });
  const { objects, errors } = await loadObjects(await session.transport(), selection);
  if (objects.length > 1 && flags["resource-version"] !== "")
    throw new UserError("cannot use --resource-version with multiple resources");
  if (objects.length === 0 && errors.length === 0) throw new UserError("no objects passed to scale");
  const dryRun = dryRunOf(flags["dry-run"], context);
  const print = await operationPrinter(flags, withDryRun("scaled", dryRun), context);
  await visitEach(
    objects,
    async (loaded) => {
      if (dryRun !== "client") await scaleOne(loaded, invocation, dryRun === "server");
      if (dryRun === "none" && flags.timeout > 0) await waitForReplicas(loaded, invocation);
      const spec = { ...objectIn(loaded.object, "spec"), replicas: flags.replicas };
      context.stdout.write(print({ ...loaded.object, spec }));
    },
    errors,
  );
}

async function scaleOne(loaded: LoadedObject, { flags, session }: ScaleInvocation, isDryRun: boolean): Promise<void> {
  const { mapping, namespace, name } = loaded;
  const transport = await session.transport();
  const address = { mapping, namespace, name, subresource: "scale" };
  const query = isDryRun ? { dryRun: "All" } : {};
  const hasPrecondition = flags["current-replicas"] !== -1 || flags["resource-version"] !== "";
  if (!hasPrecondition) {
    const body = { spec: { replicas: flags.replicas } };
    await requestResource(transport, address, { method: "PATCH", contentType: PATCH_TYPES.merge, query, body });
    return;
  }
  const current = await requestResource(transport, address, { method: "GET" });
  checkPreconditions(current, flags["current-replicas"], flags["resource-version"]);
  // The version that was looked at goes along: somebody else may be scaling, too.
  const body = { ...current, spec: { ...objectIn(current, "spec"), replicas: flags.replicas } };
  await requestResource(transport, address, { method: "PUT", query, body });
}

function checkPreconditions(current: ApiObject, replicas: number, resourceVersion: string): void {
  const actual = Number(objectIn(current, "spec")["replicas"] ?? 0);
  if (replicas !== -1 && replicas !== actual) throw new UserError(`Expected replicas to be ${replicas}, was ${actual}`);
  const version = resourceVersionOf(current);
  if (resourceVersion !== "" && resourceVersion !== version)
    throw new UserError(`Expected resource version to be ${resourceVersion}, was ${version}`);
}

/** Until the controller has seen the new number and made as many. */
async function waitForReplicas({ mapping, namespace, name }: LoadedObject, invocation: ScaleInvocation): Promise<void> {
  const { flags, session, context } = invocation;
  const transport = await session.transport();
  const expired = new AbortController();
  using _ = context.clock.setTimeout(() => expired.abort(), flags.timeout);
  const signal = AbortSignal.any([context.signal, expired.signal]);
  try {
    for (;;) {
      // oxlint-disable-next-line no-await-in-loop -- a watch that ended is begun anew
      const current = await requestResource(transport, { mapping, namespace, name }, { method: "GET", signal });
      if (hasReplicas(current, flags.replicas)) return;
      const query = { fieldSelector: `metadata.name=${name}`, resourceVersion: resourceVersionOf(current) };
      // oxlint-disable-next-line no-await-in-loop -- changes come one after the other
      for await (const { type, object } of watchResource(transport, { mapping, namespace }, { query, signal }))
        if (type !== "ERROR" && hasReplicas(object, flags.replicas)) return;
    }
  } catch (error) {
    if (expired.signal.aborted) throw new UserError("timed out waiting for the condition");
    throw error;
  }
}

function hasReplicas(object: ApiObject, wanted: number): boolean {
  const status = objectIn(object, "status");
  const generation = Number(objectIn(object, "metadata")["generation"] ?? 0);
  const observed = Number(status["observedGeneration"] ?? generation);
  return observed >= generation && Number(status["replicas"] ?? 0) === wanted;
}
