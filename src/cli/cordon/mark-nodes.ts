import { ApiError } from "../../api/api-error.ts";
import { UserError } from "../../lib/user-error.ts";
import type { ResourceMapping } from "../discovery/resource-mapping.ts";
import { dryRunFlag, selectorFlag } from "../flags/shared-flags.ts";
import { type Invocation, usageError } from "../kubectl-command.ts";
import { objectIn } from "../objects/api-object.ts";
import { type LoadedObject, loadObjects } from "../objects/load-objects.ts";
import { PATCH_TYPES, requestResource } from "../objects/resource-requests.ts";
import { selectObjects } from "../objects/select-objects.ts";
import { throwAll } from "../objects/visit.ts";
import { type DryRun, dryRunOf, withDryRun, writeQuery } from "../objects/write-options.ts";
import { namePrinter } from "../printers/object-printer.ts";
import type { Session } from "../session.ts";

export const markFlags = { "dry-run": dryRunFlag, selector: selectorFlag };

type MarkInvocation = Invocation<typeof markFlags>;

export type Mark = "cordon" | "uncordon";

/** Lets nodes take new pods, or no longer. All nodes are found before the first is changed. */
export async function markNodes(invocation: MarkInvocation, mark: Mark): Promise<void> {
  const { args, flags, session, context } = invocation;
  if (args.length === 0 && !invocation.isGiven("selector")) throw usageError(invocation, `USAGE: ${mark} NODE [flags]`);
  if (args.length > 0 && flags.selector !== "")
    throw usageError(invocation, "error: cannot specify both a node name and a --selector option");
  const dryRun = dryRunOf(flags["dry-run"], context);
  for (const node of await nodesToMark(session, args, flags.selector)) {
    // oxlint-disable-next-line no-await-in-loop -- told in the order in which they were named
    await markNode(node, session, mark, dryRun);
  }
}

/** The nodes of these names, or of the selector; throws if one is missing or is no node. */
export async function nodesToMark(
  session: Session,
  names: readonly string[],
  selector: string,
): Promise<readonly LoadedObject[]> {
  const nodes = names.map((name) => (name.includes("/") ? name : `nodes/${name}`));
  const selection = await selectObjects(session, {
    args: nodes.length > 0 ? nodes : ["nodes"],
    labelSelector: selector,
    allowsTypesAlone: nodes.length === 0,
    allowsOneTypeOnly: true,
  });
  const { objects, errors } = await loadObjects(await session.transport(), selection);
  throwAll([...errors, ...objects.flatMap(({ mapping }) => (isOfNodes(mapping) ? [] : [noNode(mapping)]))]);
  return objects;
}

const isOfNodes = ({ group, resource }: ResourceMapping): boolean => group === "" && resource === "nodes";

const noNode = ({ group, version, resource }: ResourceMapping): UserError =>
  new UserError(`error: expected resource of type node, got "${group}/${version}, Resource=${resource}"`);

/** Marks one node and tells of it. A refusal is told too and ends nothing: kubectl goes on with the next one. */
export async function markNode(
  { mapping, namespace, name, object }: LoadedObject,
  session: Session,
  mark: Mark,
  dryRun: DryRun,
): Promise<void> {
  const { stdout, stderr } = session.context;
  const tell = (operation: string): void => void stdout.write(namePrinter(withDryRun(operation, dryRun))(object));
  const unschedulable = mark === "cordon";
  const isMarked = (objectIn(object, "spec")["unschedulable"] === true) === unschedulable;
  if (isMarked) return tell(`already ${mark}ed`);
  if (dryRun === "client") return tell(`${mark}ed`);
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
    tell(`${mark}ed`);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    stderr.write(`error: unable to ${mark} node ${JSON.stringify(name)}: ${error.message}\n`);
  }
}
