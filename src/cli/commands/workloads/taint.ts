import type { Node } from "../../../api/types/core-v1.ts";
import type { JsonObject } from "../../../lib/json/json-value.ts";
import { UserError } from "../../../lib/user-error.ts";
import { NoResourceTypeError } from "../../discovery/resource-mapper.ts";
import { booleanFlag } from "../../flags/flag.ts";
import { dryRunFlag, fieldManagerFlag, selectorFlag, validateFlag } from "../../flags/shared-flags.ts";
import { type Invocation, kubectlCommand, usageError } from "../../kubectl-command.ts";
import { type ApiObject, objectIn } from "../../objects/api-object.ts";
import { type LoadedObject, loadObjects } from "../../objects/load-objects.ts";
import { objectPatch } from "../../objects/object-patch.ts";
import { requestResource } from "../../objects/resource-requests.ts";
import { selectObjects } from "../../objects/select-objects.ts";
import { visitEach } from "../../objects/visit.ts";
import { dryRunOf, fieldValidationOf, writeQuery } from "../../objects/write-options.ts";
import { operationPrinter, printFlags } from "../../printers/print-flags.ts";
import {
  changedTaints,
  conflictingTaints,
  isTaintArgument,
  parseTaints,
  type TaintChanges,
} from "../../taint/taint-changes.ts";

const taintFlags = {
  ...printFlags,
  all: booleanFlag("Select all nodes in the cluster"),
  "dry-run": dryRunFlag,
  "field-manager": fieldManagerFlag("kubectl-taint"),
  overwrite: booleanFlag(
    "If true, allow taints to be overwritten, otherwise reject taint updates that overwrite existing taints.",
  ),
  selector: selectorFlag,
  validate: validateFlag,
};

type TaintInvocation = Invocation<typeof taintFlags>;

export const taintCommand = kubectlCommand({
  usage: "NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N",
  flags: taintFlags,
  examples: `  kube taint nodes node-1 dedicated=batch:NoSchedule      only pods that tolerate it come here
  kube taint nodes node-1 dedicated=web:NoSchedule --overwrite
  kube taint nodes node-1 dedicated:NoSchedule-           and takes it away again
  kube taint nodes -l pool=old dedicated-                 all effects of a key`,
  run: taint,
});

async function taint(invocation: TaintInvocation): Promise<void> {
  const { flags, session, context } = invocation;
  const dryRun = dryRunOf(flags["dry-run"], context);
  const fieldValidation = fieldValidationOf(flags.validate);
  const { resources, changes } = operands(invocation);
  await checkSelection(invocation, resources, changes);
  const names = resources.slice(1).map((name) => `nodes/${name}`);
  const selects = flags.all || flags.selector !== "";
  const selection = await selectObjects(session, {
    args: selects ? ["nodes"] : names,
    labelSelector: flags.selector,
    all: flags.all,
  });
  const transport = await session.transport();
  const { objects, errors } = await loadObjects(transport, selection);
  await visitEach(
    objects,
    async ({ mapping, namespace, name, object }) => {
      const { operation, node } = tainted({ name, object }, changes, flags.overwrite);
      const print = await operationPrinter(flags, operation, context);
      const { contentType, patch } = objectPatch(mapping, object, node);
      const query = writeQuery({ dryRun, fieldManager: flags["field-manager"], fieldValidation });
      const answer =
        dryRun === "client"
          ? node
          : await requestResource(
              transport,
              { mapping, namespace, name },
              { method: "PATCH", contentType, query, body: patch },
            );
      context.stdout.write(print(answer));
    },
    errors,
  );
}

function operands(invocation: TaintInvocation): {
  readonly resources: readonly string[];
  readonly changes: TaintChanges;
} {
  const { args } = invocation;
  const firstTaint = args.findIndex(isTaintArgument);
  const resources = firstTaint < 0 ? args : args.slice(0, firstTaint);
  const specs = firstTaint < 0 ? [] : args.slice(firstTaint);
  const misplaced = specs.find((spec) => !isTaintArgument(spec));
  if (misplaced !== undefined)
    throw new UserError(`all resources must be specified before taint changes: ${misplaced}`);
  if (resources.length === 0) throw new UserError("one or more resources must be specified as <resource> <name>");
  if (specs.length === 0) throw new UserError("at least one taint update is required");
  try {
    return { resources, changes: parseTaints(specs) };
  } catch (error) {
    throw error instanceof UserError ? usageError(invocation, error.message) : error;
  }
}

async function checkSelection(
  { flags, session }: TaintInvocation,
  resources: readonly string[],
  changes: TaintChanges,
): Promise<void> {
  const type = (resources[0] ?? "").toLowerCase();
  const mapper = await session.mapper();
  const mapping = mapper.findResource(type);
  if (!mapping) throw new NoResourceTypeError(type, mapper);
  if (mapping.kind !== "Node") throw new UserError(`invalid resource type ${type}, only node types are supported`);
  const conflicts = conflictingTaints(changes);
  if (conflicts.length > 0)
    throw new UserError(
      `can not both modify and remove the following taint(s) in the same command: ${conflicts.join(", ")}`,
    );
  if (flags.all && flags.selector !== "")
    throw new UserError("setting 'all' parameter with a non empty selector is prohibited");
  if (!flags.all && flags.selector === "" && resources.length < 2)
    throw new UserError("at least one resource name must be specified since 'all' parameter is not set");
}

function tainted(
  { name, object }: Pick<LoadedObject, "name" | "object">,
  changes: TaintChanges,
  overwrite: boolean,
): { readonly operation: string; readonly node: ApiObject } {
  // Parse edge: only nodes are selected.
  const { spec } = object as unknown as Node;
  const { taints, operation } = changedTaints({ name, taints: spec?.taints ?? [] }, changes, { overwrite });
  const { taints: _, ...rest } = objectIn(object, "spec");
  const changed: JsonObject = taints.length === 0 ? rest : { ...rest, taints: taints.map((each) => ({ ...each })) };
  return { operation, node: { ...object, spec: changed } };
}
