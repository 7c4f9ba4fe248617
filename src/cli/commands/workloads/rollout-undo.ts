import type { PodTemplateSpec } from "../../../api/types/core-v1.ts";
import { UserError } from "../../../lib/user-error.ts";
import { LAST_APPLIED } from "../../apply/last-applied.ts";
import { DescribeText } from "../../describe/describe-text.ts";
import { podTemplateSection } from "../../describe/pod-template-text.ts";
import { withoutHash } from "../../describe/related-objects.ts";
import { integerFlag } from "../../flags/flag.ts";
import { dryRunFlag } from "../../flags/shared-flags.ts";
import { type Invocation, kubectlCommand } from "../../kubectl-command.ts";
import { annotationsOf, kindOf, objectIn } from "../../objects/api-object.ts";
import type { LoadedObject } from "../../objects/load-objects.ts";
import { PATCH_TYPES, requestResource } from "../../objects/resource-requests.ts";
import { visitEach } from "../../objects/visit.ts";
import { dryRunOf, withDryRun } from "../../objects/write-options.ts";
import { operationPrinter, printFlags } from "../../printers/print-flags.ts";
import { rolloutFlags, rolloutObjects } from "../../rollout/rollout-objects.ts";
import { isSameTemplate, revisionsOf, revisionToRestore } from "../../rollout/rollout-revisions.ts";

const undoFlags = {
  ...printFlags,
  ...rolloutFlags,
  "dry-run": dryRunFlag,
  "to-revision": integerFlag("The revision to rollback to. Default to 0 (last revision)."),
};

type UndoInvocation = Invocation<typeof undoFlags>;

export const rolloutUndoCommand = kubectlCommand({
  usage: "(TYPE NAME | TYPE/NAME) [flags]",
  flags: undoFlags,
  examples: `  kube rollout undo deploy/web
  kube rollout undo deploy/web --to-revision=3`,
  async run(invocation) {
    const { objects, errors } = await rolloutObjects(invocation);
    await visitEach(objects, async (loaded) => await undo(loaded, invocation), errors);
  },
});

async function undo(loaded: LoadedObject, { flags, session, context }: UndoInvocation): Promise<void> {
  const { mapping, namespace, name, object } = loaded;
  const dryRun = dryRunOf(flags["dry-run"], context);
  if (annotationsOf(object)[LAST_APPLIED] !== undefined)
    context.stderr.write(
      `Warning: resource ${mapping.resource}/${name} was previously managed with '${context.program} apply'. Rolling back will not update the ${LAST_APPLIED} annotation, which may cause unexpected behavior on future '${context.program} apply' operations. Consider using '${context.program} apply' with your previous configuration file instead.\n`,
    );
  const operation = await operationOf(loaded);
  const print = await operationPrinter(flags, withDryRun(operation, dryRun), context);
  context.stdout.write(print(object));

  async function operationOf({ object: workload }: LoadedObject): Promise<string> {
    const revisions = await revisionsOf(workload, await session.client());
    const wanted = flags["to-revision"];
    const { template } = revisionToRestore(revisions, wanted, nothingToRestore(loaded));
    if (dryRun === "client") return templateText(template);
    const spec = objectIn(workload, "spec");
    if (spec["paused"] === true)
      throw new UserError(
        "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again",
      );
    // Parse edge: workloads have a pod template there.
    if (isSameTemplate(spec["template"] as unknown as PodTemplateSpec, template))
      return `skipped rollback (current template already matches revision ${wanted})`;
    await requestResource(
      await session.transport(),
      { mapping, namespace, name },
      {
        method: "PATCH",
        contentType: PATCH_TYPES.json,
        query: { dryRun: dryRun === "server" ? "All" : undefined },
        body: [{ op: "replace", path: "/spec/template", value: withoutHash(template) }],
      },
    );
    return "rolled back";
  }
}

function templateText(template: PodTemplateSpec): string {
  const out = new DescribeText();
  podTemplateSection(out, template);
  return out.unaligned;
}

const nothingToRestore = ({ object, name }: LoadedObject): string =>
  kindOf(object) === "Deployment"
    ? `no rollout history found for deployment ${JSON.stringify(name)}`
    : "no last revision to roll back to";
