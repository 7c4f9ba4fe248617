import { UserError } from "../../../lib/user-error.ts";
import { updatedLastApplied } from "../../apply/last-applied.ts";
import { createSubcommands } from "../../create/create-subcommands.ts";
import { type Editing, editObjects } from "../../edit/edit-objects.ts";
import { booleanFlag, stringFlag } from "../../flags/flag.ts";
import { dryRunFlag, fieldManagerFlag, filenameFlags, selectorFlag, validateFlag } from "../../flags/shared-flags.ts";
import { type Invocation, kubectlCommand, usageError } from "../../kubectl-command.ts";
import { createObject } from "../../objects/create-object.ts";
import { withSource } from "../../objects/error-source.ts";
import { type ManifestEntry, manifestsOf, selectObjects } from "../../objects/select-objects.ts";
import { sendRaw } from "../../objects/send-raw.ts";
import { visitEach } from "../../objects/visit.ts";
import { dryRunOf, fieldValidationOf, withDryRun } from "../../objects/write-options.ts";
import { operationPrinter, printFlags } from "../../printers/print-flags.ts";

const createFlags = {
  ...printFlags,
  ...filenameFlags,
  "dry-run": dryRunFlag,
  edit: booleanFlag("Edit the API resource before creating"),
  "field-manager": fieldManagerFlag("kubectl-create"),
  raw: stringFlag("Raw URI to POST to the server.  Uses the transport specified by the kubeconfig file."),
  "save-config": booleanFlag(
    "If true, the configuration of current object will be saved in its annotation. Otherwise, the annotation will be unchanged. This flag is useful when you want to perform kubectl apply on this object in the future.",
  ),
  selector: selectorFlag,
  validate: validateFlag,
  "windows-line-endings": booleanFlag(
    "Only relevant if --edit=true. Defaults to the line ending native to your platform.",
  ),
};

export const createCommand = kubectlCommand({
  usage: "-f FILENAME | TYPE NAME [flags]",
  flags: createFlags,
  examples: `  kube create -f app.yaml
  kube create deployment web --image=nginx --replicas=2
  kube create configmap settings --from-literal=color=blue
  kube create deployment web --image=nginx --dry-run=client -o yaml`,
  subcommands: createSubcommands,
  run: create,
});

async function create(invocation: Invocation<typeof createFlags>): Promise<void> {
  const { args, flags, session, context } = invocation;
  if (args.length > 0) throw usageError(invocation, `Unexpected args: [${args.join(" ")}]`);
  if (flags.filename.length === 0 && flags.kustomize === "") throw new UserError("must specify one of -f and -k");
  if (flags.raw !== "") return await sendRaw(invocation, "POST");
  const dryRun = dryRunOf(flags["dry-run"], context);
  const fieldValidation = fieldValidationOf(flags.validate);
  const selection = await selectObjects(session, {
    filenames: flags.filename,
    kustomize: flags.kustomize,
    recursive: flags.recursive,
    labelSelector: flags.selector,
    requiresNamespace: true,
    validates: fieldValidation !== "Ignore",
  });
  const entries = manifestsOf(selection);
  const transport = await session.transport();
  const print = await operationPrinter(flags, withDryRun("created", dryRun), context);
  if (flags.edit) return await createEdited(entries, invocation);
  await visitEach(
    entries,
    async (entry) => {
      const object = updatedLastApplied(entry.object, { saves: flags["save-config"] });
      const options = { dryRun, fieldValidation, fieldManager: flags["field-manager"] };
      const created = await createObject(transport, entry, object, options).catch((error: unknown) => {
        throw withSource(error, "creating", entry.source);
      });
      context.stdout.write(print(created));
    },
    selection.errors,
  );
  if (entries.length === 0) throw new UserError("no objects passed to create");
}

/** Each object is opened in the user's editor first; what is not changed is not created. */
async function createEdited(
  entries: readonly ManifestEntry[],
  invocation: Invocation<typeof createFlags>,
): Promise<void> {
  const { flags, session, context, commandPath } = invocation;
  const transport = await session.transport();
  const print = await operationPrinter(flags, "created", context);
  const options = {
    dryRun: "none",
    fieldValidation: fieldValidationOf(flags.validate),
    fieldManager: flags["field-manager"],
  } as const;
  for (const entry of entries) {
    const editing: Editing = {
      subject: "object",
      format: flags.output === "json" ? "json" : "yaml",
      windowsLineEndings: flags["windows-line-endings"],
      program: commandPath.split(" ")[0] ?? "",
      async save(edited) {
        const object = updatedLastApplied(edited, { saves: flags["save-config"] });
        context.stdout.write(print(await createObject(transport, entry, object, options)));
      },
    };
    // oxlint-disable-next-line no-await-in-loop -- one editor after the other
    await editObjects([entry], editing, session);
  }
}
