import { UserError } from "../../../lib/user-error.ts";
import { propagationPolicy } from "../../delete/cascade.ts";
import { deleteFlags } from "../../delete/delete-flags.ts";
import { deleteObjects, type DeleteObjectsOptions } from "../../delete/delete-objects.ts";
import { kindPrefix } from "../../discovery/resource-mapping.ts";
import { type Invocation, kubectlCommand } from "../../kubectl-command.ts";
import { loadObjects } from "../../objects/load-objects.ts";
import { type ObjectSelection, selectObjects } from "../../objects/select-objects.ts";
import { selectionByFlags } from "../../objects/selection-by-flags.ts";
import { dryRunOf } from "../../objects/write-options.ts";
import { readAnswer } from "../../streams/read-answer.ts";

export const deleteCommand = kubectlCommand({
  usage: "([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)] | [--name CLUSTER] [--purge])",
  flags: deleteFlags,
  examples: `  kube delete pod web-0                      one object
  kube delete deploy,svc -l app=web          all with a label
  kube delete -f app.yaml                    what a file says
  kube delete pod web-0 --now                without waiting for it to end well
  kube delete                                the cluster itself, with all its state
  kube delete --name two --purge             another one, and its volumes`,
  run: deleteByArguments,
});

type DeleteInvocation = Invocation<typeof deleteFlags>;

async function deleteByArguments(invocation: DeleteInvocation): Promise<void> {
  const { args, flags, session, context } = invocation;
  if (isAboutCluster(invocation)) {
    const { deleteCluster } = await import("../cluster/delete-cluster.ts");
    const { chosenCluster } = await import("../../cluster-options.ts");
    const name = await chosenCluster({ name: flags.name || undefined }, context);
    return await deleteCluster({ name, all: flags.all, purge: flags.purge }, context);
  }
  if (flags.name !== "" || flags.purge)
    throw new UserError("--name and --purge are about a cluster: give no resource with them");
  const target = await session.target();
  const options = deleteOptions(invocation, target.isNamespaceExplicit && !flags["all-namespaces"]);
  const transport = await session.transport();
  if (flags.raw !== "") {
    const response = await transport.raw({ method: "DELETE", path: flags.raw });
    context.stdout.write(await response.text());
    return;
  }
  const selection = await selectObjects(session, selectionByFlags(args, flags));
  if (flags.interactive && !(await isConfirmed(invocation, selection))) return;
  await deleteObjects(transport, selection, options, context);
}

/** kubectl refuses a delete of nothing; here it deletes the local cluster. */
function isAboutCluster({ args, flags, context }: DeleteInvocation): boolean {
  if (context.program === "kubectl") return false;
  const namesObjects = args.length > 0 || flags.filename.length > 0 || flags.kustomize !== "" || flags.raw !== "";
  return !namesObjects && flags.selector === "" && flags["field-selector"] === "" && !flags["all-namespaces"];
}

function deleteOptions(invocation: DeleteInvocation, warnsOfClusterScope: boolean): DeleteObjectsOptions {
  const { flags, context, isGiven } = invocation;
  const selects = flags.all || flags.selector !== "" || flags["field-selector"] !== "";
  const gracePeriod = gracePeriodSeconds(flags);
  if (flags.output !== "" && flags.output !== "name")
    throw new UserError(`unexpected -o output mode: ${flags.output}. We only support '-o name'`);
  if (gracePeriod === 0 && flags.force)
    context.stderr.write(
      "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n",
    );
  return {
    gracePeriodSeconds: gracePeriod,
    propagationPolicy: propagationPolicy(flags.cascade, context),
    ignoresNotFound: isGiven("ignore-not-found") ? flags["ignore-not-found"] : selects,
    dryRun: dryRunOf(flags["dry-run"], context),
    waits: flags.wait,
    timeoutMs: flags.timeout,
    saysForced: true,
    printsNames: flags.output === "name",
    warnsOfClusterScope,
  };
}

/** Undefined leaves it to the object. Zero needs --force, so that nobody loses data by accident. */
function gracePeriodSeconds(flags: DeleteInvocation["flags"]): number | undefined {
  const given = flags["grace-period"];
  if (flags.now && given !== -1) throw new UserError("--now and --grace-period cannot be specified together");
  if (flags.force && (given > 0 || flags.now))
    throw new UserError("--force and --grace-period greater than 0 cannot be specified together");
  if (flags.now) return 1;
  if (given === 0 && !flags.force) return 1;
  if (flags.force) return 0;
  return given < 0 ? undefined : given;
}

async function isConfirmed({ session, context }: DeleteInvocation, selection: ObjectSelection): Promise<boolean> {
  const { objects } = await loadObjects(await session.transport(), selection, { ignoresNotFound: true });
  if (objects.length === 0) {
    context.stdout.write("No resources found\n");
    return false;
  }
  context.stdout.write(`You are about to delete the following ${objects.length} resource(s):\n`);
  for (const { mapping, name } of objects) context.stdout.write(`${kindPrefix(mapping)}/${name}\n`);
  context.stdout.write("Do you want to continue? (y/N): ");
  if (/^(y|yes)$/i.test(await readAnswer(context.stdin))) return true;
  context.stdout.write("deletion is cancelled\n");
  return false;
}
