import { ApiError } from "../../api/api-error.ts";
import { UserError } from "../../lib/user-error.ts";
import type { ResourceMapping } from "../discovery/resource-mapping.ts";
import { dryRunFlag, selectorFlag } from "../flags/shared-flags.ts";
import { type Invocation, usageError } from "../kubectl-command.ts";
import { objectIn } from "../objects/api-object.ts";
import { type LoadedObject, loadObjects } from "../objects/load-objects.ts";
import { PATCH_TYPES, requestResource } from "../objects/resource-requests.ts";
import { selectObjects } from "../objects/select-objects.ts";
import { throwAll, visitEach } from "../objects/visit.ts";
import { type DryRun, dryRunOf, withDryRun, writeQuery } from "../objects/write-options.ts";
import { namePrinter } from "../printers/object-printer.ts";

export const markFlags = { "dry-run": dryRunFlag, selector: selectorFlag };

type MarkInvocation = Invocation<typeof markFlags>;

export type Mark = "cordon" | "uncordon";

/** Lets nodes take new pods, or no longer. All nodes are found before the first is changed. */
export async function markNodes(invocation: MarkInvocation, mark: Mark): Promise<void> {
  const { args, flags, session, context } = invocation;
  if (args.length > 0 && flags.selector !== "")
    throw usageError(invocation, "cannot specify both a node name and a --selector option");
  if (args.length === 0 && flags.selector === "") throw usageError(invocation, `USAGE: ${mark} NODE [flags]`);
  const dryRun = dryRunOf(flags["dry-run"], context);
  const nodes = args.map((name) => (name.includes("/") ? name : `nodes/${name}`));
  const selection = await selectObjects(session, {
    args: nodes.length > 0 ? nodes : ["nodes"],
    labelSelector: flags.selector,
    allowsOneTypeOnly: true,
  });
  const { objects, errors } = await loadObjects(await session.transport(), selection);
  throwAll([...errors, ...objects.flatMap(({ mapping }) => (isOfNodes(mapping) ? [] : [noNode(mapping)]))]);
  await visitEach(objects, async (loaded) => {
    const operation = await markNode(loaded, invocation, mark, dryRun);
    context.stdout.write(namePrinter(withDryRun(operation, dryRun))(loaded.object));
  });
}

const isOfNodes = ({ group, resource }: ResourceMapping): boolean => group === "" && resource === "nodes";

const noNode = ({ group, version, resource }: ResourceMapping): UserError =>
  new UserError(`error: expected resource of type node, got "${group}/${version}, Resource=${resource}"`);

/** Returns what happened, as kubectl says it. */
async function markNode(
  { mapping, namespace, name, object }: LoadedObject,
  { session }: MarkInvocation,
  mark: Mark,
  dryRun: DryRun,
): Promise<string> {
  const unschedulable = mark === "cordon";
  const isMarked = (objectIn(object, "spec")["unschedulable"] === true) === unschedulable;
  if (isMarked) return `already ${mark}ed`;
  if (dryRun === "client") return `${mark}ed`;
  try {
    await requestResource(
      await session.transport(),
      { mapping, namespace, name },
      {
        method: "PATCH",
        contentType: PATCH_TYPES.strategic,
        query: writeQuery({ dryRun, fieldManager: "" }),
        body: { spec: { unschedulable: unschedulable ? true : null } },
      },
    );
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new UserError(`error: unable to ${mark} node ${JSON.stringify(name)}: ${error.message}`);
  }
  return `${mark}ed`;
}
