import { UserError } from "../../../lib/user-error.ts";
import { DescribeText } from "../../describe/describe-text.ts";
import { podTemplateSection } from "../../describe/pod-template-text.ts";
import { integerFlag } from "../../flags/flag.ts";
import { type Invocation, kubectlCommand } from "../../kubectl-command.ts";
import type { LoadedObject } from "../../objects/load-objects.ts";
import { visitEach } from "../../objects/visit.ts";
import { namePrinter } from "../../printers/object-printer.ts";
import { operationPrinter, printFlags } from "../../printers/print-flags.ts";
import { rolloutFlags, rolloutObjects } from "../../rollout/rollout-objects.ts";
import { type Revision, revisionsOf } from "../../rollout/rollout-revisions.ts";

const historyFlags = {
  ...rolloutFlags,
  ...printFlags,
  revision: integerFlag("See the details, including podTemplate of the revision specified"),
};

export const rolloutHistoryCommand = kubectlCommand({
  usage: "(TYPE NAME | TYPE/NAME) [flags]",
  flags: historyFlags,
  examples: `  kube rollout history deploy/web
  kube rollout history deploy/web --revision=3
  kube rollout history deploy/web --revision=3 -o yaml   the object itself`,
  async run(invocation) {
    const { flags, context } = invocation;
    if (flags.revision < 0) throw new UserError(`revision must be a positive integer: ${flags.revision}`);
    const { objects, errors } = await rolloutObjects(invocation);
    await visitEach(
      objects,
      async (loaded) => {
        if (flags.output !== "") return await printRevisions(loaded, invocation);
        const text = await historyOf(loaded, invocation);
        const pinned = flags.revision > 0 ? `with revision #${flags.revision}` : "";
        context.stdout.write(namePrinter(`${pinned}\n${text}`)(loaded.object));
      },
      errors,
    );
  },
});

/** The objects of all revisions, or of the one that was asked for. */
async function printRevisions(
  { object }: LoadedObject,
  { flags, session, context }: Invocation<typeof historyFlags>,
): Promise<void> {
  const print = await operationPrinter(flags, "", context);
  const revisions = await revisionsOf(object, await session.client());
  const wanted = flags.revision === 0 ? revisions : revisions.filter(({ number }) => number === flags.revision);
  if (flags.revision > 0 && wanted.length === 0) throw new UserError("unable to find the specified revision");
  for (const each of wanted) context.stdout.write(print(each.object));
}

async function historyOf(
  { object }: LoadedObject,
  { flags, session }: Invocation<typeof historyFlags>,
): Promise<string> {
  const revisions = await revisionsOf(object, await session.client());
  if (revisions.length === 0) return "No rollout history found.";
  if (flags.revision === 0) return revisionTable(revisions);
  const found = revisions.find(({ number }) => number === flags.revision);
  if (!found?.template) throw new UserError("unable to find the specified revision");
  const out = new DescribeText();
  const cause = found.changeCause === "" ? {} : { "kubernetes.io/change-cause": found.changeCause };
  const { template } = found;
  podTemplateSection(out, {
    ...template,
    metadata: { ...template.metadata, annotations: { ...template.metadata?.annotations, ...cause } },
  });
  return out.unaligned;
}

export function revisionTable(revisions: readonly Revision[]): string {
  const out = new DescribeText();
  out.line(0, "REVISION", "CHANGE-CAUSE");
  for (const { number, changeCause } of revisions) out.line(0, number, changeCause || "<none>");
  return out.toString();
}
