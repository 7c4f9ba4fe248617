import { UserError } from "../../../lib/user-error.ts";
import { ExitError } from "../../command.ts";
import { DiffFolders, type DiffOptions, diffPair, runDiffProgram } from "../../diff/diff-objects.ts";
import { showError } from "../../error-message.ts";
import { booleanFlag, integerFlag } from "../../flags/flag.ts";
import { fieldManagerFlag, filenameFlags, selectorFlag } from "../../flags/shared-flags.ts";
import { type Invocation, kubectlCommand, usageError } from "../../kubectl-command.ts";
import { selectObjects } from "../../objects/select-objects.ts";
import { visitEach } from "../../objects/visit.ts";

const diffFlags = {
  ...filenameFlags,
  concurrency: integerFlag("Number of objects to process in parallel when diffing against the live version.", {
    default: 1,
  }),
  "field-manager": fieldManagerFlag("kubectl-client-side-apply"),
  "force-conflicts": booleanFlag("If true, server-side apply will force the changes against conflicts."),
  prune: booleanFlag("Include resources that would be deleted by pruning."),
  selector: selectorFlag,
  "server-side": booleanFlag("If true, apply runs in the server instead of the client."),
  "show-managed-fields": booleanFlag("If true, include managed fields in the diff."),
  "show-secrets": booleanFlag("If true, do not mask secret values in the diff."),
};

/** One is for "there are differences", so errors are two and more. */
const ERROR_EXIT_CODE = 2;

export const diffCommand = kubectlCommand({
  usage: "-f FILENAME",
  flags: diffFlags,
  examples: `  kube diff -f app.yaml                      what apply would change
  KUBECTL_EXTERNAL_DIFF="colordiff -u" kube diff -f app.yaml`,
  async run(invocation) {
    const code = await diff(invocation).catch((error: unknown) => {
      throw new ExitError(Math.max(ERROR_EXIT_CODE, showError(error, invocation.context)));
    });
    if (code !== 0) throw new ExitError(code);
  },
});

async function diff(invocation: Invocation<typeof diffFlags>): Promise<number> {
  const { args, flags, session, context, isGiven } = invocation;
  if (args.length > 0) throw usageError(invocation, `Unexpected args: [${args.join(" ")}]`);
  if (flags.filename.length === 0 && flags.kustomize === "") throw new UserError("must specify one of -f and -k");
  if (flags["force-conflicts"] && !flags["server-side"])
    throw new UserError("--force-conflicts only works with --server-side");
  if (flags.prune) throw new UserError("Cannot prune: this version of kube applies without deleting");
  const serverSide = flags["server-side"];
  const options: DiffOptions = {
    serverSide,
    forceConflicts: flags["force-conflicts"],
    fieldManager: serverSide && !isGiven("field-manager") ? "kubectl" : flags["field-manager"],
    showsManagedFields: flags["show-managed-fields"],
    showsSecrets: flags["show-secrets"],
  };
  const selection = await selectObjects(session, {
    filenames: flags.filename,
    kustomize: flags.kustomize,
    recursive: flags.recursive,
    labelSelector: flags.selector,
    requiresNamespace: true,
  });
  const transport = await session.transport();
  await using folders = await DiffFolders.create();
  const entries = selection.sources.flatMap((source) => (source.type === "manifest" ? [source] : []));
  await visitEach(
    entries,
    async (entry) => {
      const { group, version, kind } = entry.mapping;
      const name = [...(group === "" ? [] : [group]), version, kind, entry.namespace, entry.name].join(".");
      await folders.write(name, await diffPair(transport, entry, options));
    },
    selection.errors,
  );
  return await runDiffProgram(folders, context);
}
