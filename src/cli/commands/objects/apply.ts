import { UserError } from "../../../lib/user-error.ts";
import { applyObject, type ApplyOptions } from "../../apply/apply-object.ts";
import { hasApplySets, type PruneWishes, startPruning } from "../../apply/pruning.ts";
import { propagationPolicy } from "../../delete/cascade.ts";
import { arrayFlag, booleanFlag, integerFlag, durationFlag, type FlagValues, stringFlag } from "../../flags/flag.ts";
import { dryRunFlag, fieldManagerFlag, filenameFlags, selectorFlag, validateFlag } from "../../flags/shared-flags.ts";
import { type Invocation, kubectlCommand, usageError } from "../../kubectl-command.ts";
import type { ApiObject } from "../../objects/api-object.ts";
import { manifestsOf, selectObjects } from "../../objects/select-objects.ts";
import { visitEach } from "../../objects/visit.ts";
import { dryRunOf, fieldValidationOf, withDryRun } from "../../objects/write-options.ts";
import { operationPrinter, printFlags } from "../../printers/print-flags.ts";

const applyFlags = {
  ...printFlags,
  ...filenameFlags,
  all: booleanFlag("Select all resources in the namespace of the specified resource types."),
  cascade: stringFlag('Must be "background", "orphan", or "foreground".', {
    default: "background",
    bare: "background",
  }),
  "dry-run": dryRunFlag,
  "field-manager": fieldManagerFlag("kubectl-client-side-apply"),
  force: booleanFlag("If true, immediately remove resources from API and bypass graceful deletion."),
  "force-conflicts": booleanFlag("If true, server-side apply will force the changes against conflicts."),
  "grace-period": integerFlag("Period of time in seconds given to the resource to terminate gracefully.", {
    default: -1,
  }),
  "openapi-patch": booleanFlag("If true, use openapi to calculate diff when the openapi presents.", { default: true }),
  overwrite: booleanFlag(
    "Automatically resolve conflicts between the modified and live configuration by using values from the modified configuration",
    { default: true },
  ),
  applyset: stringFlag(
    "The name of the apply set that keeps track of what is managed, to know what to prune: [RESOURCE][.GROUP]/NAME. A Secret when there is only a name. For KUBECTL_APPLYSET=true.",
    { isHidden: true },
  ),
  prune: booleanFlag(
    "Automatically delete resource objects, that do not appear in the configs and are created by either apply or create --save-config. Should be used with either -l or --all.",
  ),
  "prune-allowlist": arrayFlag("Overwrite the default allowlist with <group/version/kind> for --prune"),
  selector: selectorFlag,
  "server-side": booleanFlag("If true, apply runs in the server instead of the client."),
  subresource: stringFlag("If specified, apply will operate on the subresource of the requested object."),
  timeout: durationFlag(
    "The length of time to wait before giving up on a delete, zero means determine a timeout from the size of the object",
  ),
  validate: validateFlag,
  wait: booleanFlag("If true, wait for resources to be gone before returning. This waits for finalizers."),
};

export const applyCommand = kubectlCommand({
  usage: "(-f FILENAME | -k DIRECTORY)",
  flags: applyFlags,
  examples: `  kube apply -f app.yaml                     what the file says
  kube apply -f folder -R                    all manifests of a folder
  cat app.yaml | kube apply -f -
  kube apply -f app.yaml --dry-run=server    only try it
  kube apply -f app.yaml --server-side       merged by the server
  kube apply -k overlays/production          what a kustomization makes
  kube apply -f folder --prune -l app=web    and delete what was applied once with that label, and is not there any more`,
  subcommands: [
    {
      name: "view-last-applied",
      summary: "View the latest last-applied-configuration annotations of a resource/object",
      load: async () => (await import("./apply-view-last-applied.ts")).applyViewLastAppliedCommand,
    },
    {
      name: "set-last-applied",
      summary: "Set the last-applied-configuration annotation on a live object to match the contents of a file",
      load: async () => (await import("./apply-set-last-applied.ts")).applySetLastAppliedCommand,
    },
    {
      name: "edit-last-applied",
      summary: "Edit latest last-applied-configuration annotations of a resource/object",
      load: async () => (await import("./apply-edit-last-applied.ts")).applyEditLastAppliedCommand,
    },
  ],
  run: apply,
});

async function apply(invocation: Invocation<typeof applyFlags>): Promise<void> {
  const { args, flags, session, context } = invocation;
  if (args.length > 0) throw usageError(invocation, `Unexpected args: [${args.join(" ")}]`);
  if (flags.filename.length === 0 && flags.kustomize === "") throw new UserError("must specify one of -f and -k");
  const options = applyOptions(invocation);
  checkPruning(invocation);
  const pruning = flags.prune ? await startPruning(session, pruneWishes(invocation, options)) : undefined;
  const selection = await selectObjects(session, {
    filenames: flags.filename,
    kustomize: flags.kustomize,
    recursive: flags.recursive,
    labelSelector: flags.selector,
    requiresNamespace: true,
    validates: options.fieldValidation !== "Ignore",
  });
  const found = manifestsOf(selection);
  if (found.length === 0 && selection.errors.length === 0) throw new UserError("no objects passed to apply");
  const entries = pruning ? await pruning.prepared(found) : found;
  const transport = await session.transport();
  const printsObjects = flags.output !== "" && flags.output !== "name";
  const applied: ApiObject[] = [];
  await visitEach(
    entries,
    async (entry) => {
      const { operation, object } = await applyObject(transport, entry, options, context);
      applied.push(object);
      if (printsObjects) return;
      const print = await operationPrinter(flags, withDryRun(operation, options.dryRun), context);
      context.stdout.write(print(object));
    },
    selection.errors,
  );
  if (printsObjects) await printApplied(applied, flags, invocation);
  if (!pruning) return;
  const print = await operationPrinter(flags, withDryRun("pruned", options.dryRun), context);
  await pruning.finish(applied, (object) => context.stdout.write(print(object)));
}

function checkPruning({ flags, context, isGiven, commandPath }: Invocation<typeof applyFlags>): void {
  const { prune, all, selector, applyset } = flags;
  if (isGiven("applyset") && !hasApplySets(context))
    throw new UserError("unknown flag: --applyset", { hint: `See '${commandPath} --help' for usage.` });
  if (applyset !== "" && !prune) throw new UserError("--applyset requires --prune");
  if (!prune) return;
  if (flags.force) throw new UserError("--force cannot be used with --prune");
  if (applyset !== "") {
    if (all) throw new UserError("--all is incompatible with --applyset");
    if (selector !== "") throw new UserError("--selector is incompatible with --applyset");
    if (flags["prune-allowlist"].length > 0) throw new UserError("--prune-allowlist is incompatible with --applyset");
    return;
  }
  if (!all && selector === "")
    throw new UserError(
      "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector",
    );
  if (flags["server-side"])
    throw new UserError("--prune is in alpha and doesn't currently work on objects created by server-side apply");
}

const pruneWishes = ({ flags, context }: Invocation<typeof applyFlags>, options: ApplyOptions): PruneWishes => ({
  dryRun: options.dryRun,
  propagationPolicy: propagationPolicy(flags.cascade, context),
  gracePeriodSeconds: flags["grace-period"],
  fieldValidation: options.fieldValidation,
  labelSelector: flags.selector,
  allowlist: flags["prune-allowlist"],
  applySet: flags.applyset,
});

async function printApplied(
  objects: readonly ApiObject[],
  flags: FlagValues<typeof printFlags>,
  { context }: Invocation<typeof applyFlags>,
): Promise<void> {
  const print = await operationPrinter(flags, "", context);
  const list = { apiVersion: "v1", items: [...objects], kind: "List", metadata: {} };
  context.stdout.write(print(objects.length === 1 ? (objects[0] ?? list) : list));
}

function applyOptions({ flags, context, isGiven }: Invocation<typeof applyFlags>): ApplyOptions {
  const dryRun = dryRunOf(flags["dry-run"], context);
  const serverSide = flags["server-side"];
  if (flags["force-conflicts"] && !serverSide) throw new UserError("--force-conflicts only works with --server-side");
  if (dryRun === "client" && serverSide)
    throw new UserError("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
  if (flags.force && serverSide) throw new UserError("--force cannot be used with --server-side");
  if (flags.force && dryRun === "server") throw new UserError("--dry-run=server cannot be used with --force");
  if (flags.all && flags.selector !== "") throw new UserError("cannot set --all and --selector at the same time");
  if (flags.subresource !== "" && !serverSide)
    throw new UserError("--subresource can only be specified for --server-side");
  if (!flags.overwrite)
    throw new UserError(
      "Cannot apply without overwriting: this version of kube takes the manifest's value in every conflict",
    );
  return {
    dryRun,
    serverSide,
    forceConflicts: flags["force-conflicts"],
    force: flags.force
      ? {
          gracePeriodSeconds: flags["grace-period"] < 0 ? undefined : flags["grace-period"],
          propagationPolicy: propagationPolicy(flags.cascade, context),
          timeoutMs: flags.timeout,
        }
      : undefined,
    subresource: flags.subresource,
    fieldManager: serverSide && !isGiven("field-manager") ? "kubectl" : flags["field-manager"],
    fieldValidation: fieldValidationOf(flags.validate),
  };
}
