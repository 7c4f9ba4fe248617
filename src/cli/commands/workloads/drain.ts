import { isApiError } from "../../../api/api-error.ts";
import { parseLabelSelector } from "../../../api/label-selector.ts";
import { daemonsets } from "../../../api/resources.ts";
import type { Pod } from "../../../api/types/core-v1.ts";
import { UserError } from "../../../lib/user-error.ts";
import { markFlags, markNode, nodesToMark } from "../../cordon/mark-nodes.ts";
import type { ResourceMapping } from "../../discovery/resource-mapping.ts";
import {
  daemonSetOf,
  type DaemonSetProblems,
  drainablePods,
  type DrainablePods,
  type DrainOptions,
} from "../../drain/drainable-pods.ts";
import { plainMessage, removePods } from "../../drain/remove-pods.ts";
import { booleanFlag, durationFlag, integerFlag, stringFlag } from "../../flags/flag.ts";
import { chunkSizeFlag } from "../../flags/shared-flags.ts";
import { type Invocation, kubectlCommand, usageError } from "../../kubectl-command.ts";
import { loadObjects } from "../../objects/load-objects.ts";
import { throwAll } from "../../objects/visit.ts";
import { type DryRun, dryRunOf, withDryRun } from "../../objects/write-options.ts";
import { namePrinter } from "../../printers/object-printer.ts";

const drainFlags = {
  ...markFlags,
  "chunk-size": chunkSizeFlag,
  "delete-emptydir-data": booleanFlag(
    "Continue even if there are pods using emptyDir (local data that will be deleted when the node is drained).",
  ),
  "disable-eviction": booleanFlag(
    "Force drain to use delete, even if eviction is supported. This will bypass checking PodDisruptionBudgets, use with caution.",
  ),
  force: booleanFlag("Continue even if there are pods that do not declare a controller."),
  "grace-period": integerFlag(
    "Period of time in seconds given to each pod to terminate gracefully. If negative, the default value specified in the pod will be used.",
    { default: -1 },
  ),
  "ignore-daemonsets": booleanFlag("Ignore DaemonSet-managed pods."),
  "pod-selector": stringFlag("Label selector to filter pods on the node"),
  "skip-wait-for-delete-timeout": integerFlag(
    "If pod DeletionTimestamp older than N seconds, skip waiting for the pod.  Seconds must be greater than 0 to skip.",
  ),
  timeout: durationFlag("The length of time to wait before giving up, zero means infinite"),
};

type DrainInvocation = Invocation<typeof drainFlags>;

export const drainCommand = kubectlCommand({
  usage: "NODE",
  flags: drainFlags,
  examples: `  kube drain node-1 --ignore-daemonsets             all pods of controllers leave, and no new ones come
  kube drain node-1 --force --delete-emptydir-data   even those that nobody makes anew
  kube uncordon node-1                              afterwards, when it may have pods again`,
  run: drain,
});

async function drain(invocation: DrainInvocation): Promise<void> {
  const { args, isGiven, flags, session, context } = invocation;
  if (args.length === 0 && !isGiven("selector")) throw usageError(invocation, "USAGE: drain NODE [flags]");
  if (args.length > 0 && flags.selector !== "")
    throw usageError(invocation, "error: cannot specify both a node name and a --selector option");
  const dryRun = dryRunOf(flags["dry-run"], context);
  checkPodSelector(flags["pod-selector"]);
  const nodes = await nodesToMark(session, args, flags.selector);
  for (const node of nodes) {
    // oxlint-disable-next-line no-await-in-loop -- all are cordoned, in order, before any pod has to leave
    await markNode(node, session, "cordon", dryRun);
  }
  const failed: { readonly name: string; readonly error: unknown }[] = [];
  for (const { name, object } of nodes) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one node after the other, so that the others can take its pods
      await drainNode(name, invocation, dryRun);
      context.stdout.write(namePrinter(withDryRun("drained", dryRun))(object));
    } catch (error) {
      context.signal.throwIfAborted();
      context.stderr.write(
        `error: unable to drain node ${JSON.stringify(name)} due to error: ${plainMessage(error)}, continuing command...\n`,
      );
      failed.push({ name, error });
    }
  }
  if (failed.length === 0) return;
  const names = failed.map(({ name }) => ` ${name}\n`);
  context.stderr.write(`There are pending nodes to be drained:\n${names.join("")}`);
  throwAll(failed.map(({ error }) => error));
}

function checkPodSelector(selector: string): void {
  try {
    parseLabelSelector(selector);
  } catch {
    throw new UserError("--pod-selector=<pod_selector> must be a valid label selector");
  }
}

async function drainNode(node: string, invocation: DrainInvocation, dryRun: DryRun): Promise<void> {
  const { flags, session, context } = invocation;
  const mapping = (await session.mapper()).resourceFor("pods");
  const found = await podsToDrain(node, mapping, invocation);
  if (found.warnings !== "") context.stderr.write(`Warning: ${found.warnings}\n`);
  if (dryRun === "client") {
    for (const { metadata } of found.pods)
      context.stdout.write(`evicting pod ${metadata.namespace}/${metadata.name} (dry run)\n`);
    return;
  }
  try {
    await removePods(
      await session.transport(),
      found.pods,
      {
        mapping,
        dryRun,
        gracePeriodSeconds: flags["grace-period"],
        timeoutMs: flags.timeout,
        skipsAfterSeconds: flags["skip-wait-for-delete-timeout"],
        evicts: !flags["disable-eviction"] && mapping.subresources.includes("eviction"),
      },
      context,
    );
  } catch (error) {
    context.signal.throwIfAborted();
    await tellPending(node, mapping, invocation, error);
    throw error;
  }
}

async function tellPending(
  node: string,
  mapping: ResourceMapping,
  invocation: DrainInvocation,
  error: unknown,
): Promise<void> {
  const { stderr } = invocation.context;
  try {
    const { pods } = await podsToDrain(node, mapping, invocation);
    if (pods.length === 0) return;
    const names = pods.map(({ metadata }) => `pod/${metadata.name}\n`);
    stderr.write(
      `There are pending pods in node ${JSON.stringify(node)} when an error occurred: ${plainMessage(error)}\n${names.join("")}`,
    );
  } catch (listError) {
    stderr.write(`Following errors occurred while getting the list of pods to delete:\n${plainMessage(listError)}`);
  }
}

async function podsToDrain(
  node: string,
  mapping: ResourceMapping,
  { flags, session, context }: DrainInvocation,
): Promise<DrainablePods> {
  const collection = {
    type: "collection" as const,
    mapping,
    namespace: "",
    labelSelector: flags["pod-selector"],
    fieldSelector: `spec.nodeName=${node}`,
  };
  const { objects, errors } = await loadObjects(
    await session.transport(),
    { sources: [collection], errors: [], isSingle: false },
    { chunkSize: flags["chunk-size"] },
  );
  throwAll(errors);
  // Parse edge: the server lists pods under this path.
  const pods = objects.map(({ object }) => object as unknown as Pod);
  const options: DrainOptions = {
    force: flags.force,
    ignoresDaemonSets: flags["ignore-daemonsets"],
    deletesEmptyDirData: flags["delete-emptydir-data"],
    skipsAfterSeconds: flags["skip-wait-for-delete-timeout"],
    now: context.clock.now(),
  };
  const found = drainablePods(pods, options, await daemonSetProblems(pods, session));
  throwAll(found.problems.map((problem) => new UserError(problem)));
  return found;
}

async function daemonSetProblems(
  pods: readonly Pod[],
  session: DrainInvocation["session"],
): Promise<DaemonSetProblems> {
  const sets = new Set(pods.flatMap((pod) => daemonSetOf(pod) ?? []));
  const client = (await session.client()).resource(daemonsets);
  const problems = await Promise.all(
    [...sets].map(async (key) => {
      const [namespace = "", name = ""] = key.split("/");
      return await client.get({ namespace, name }).then(
        () => [],
        (error: unknown) => [
          [key, { message: plainMessage(error), isNotFound: isApiError(error, "NotFound") }] as const,
        ],
      );
    }),
  );
  return new Map(problems.flat());
}
