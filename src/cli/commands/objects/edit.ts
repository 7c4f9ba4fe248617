import { goJson } from "../../../lib/json/json-text.ts";
import { jsonEqual } from "../../../lib/json/json-value.ts";
import { UserError } from "../../../lib/user-error.ts";
import { updatedLastApplied } from "../../apply/last-applied.ts";
import { type Editing, editObjects, withoutManagedFields } from "../../edit/edit-objects.ts";
import { booleanFlag, stringFlag } from "../../flags/flag.ts";
import { fieldManagerFlag, filenameFlags, validateFlag } from "../../flags/shared-flags.ts";
import { type Invocation, kubectlCommand } from "../../kubectl-command.ts";
import { apiVersionOf, kindOf, nameOf } from "../../objects/api-object.ts";
import { type LoadedObject, loadObjects } from "../../objects/load-objects.ts";
import { objectPatch } from "../../objects/object-patch.ts";
import { requestResource } from "../../objects/resource-requests.ts";
import { selectObjects } from "../../objects/select-objects.ts";
import { throwAll } from "../../objects/visit.ts";
import { fieldValidationOf, writeQuery } from "../../objects/write-options.ts";
import { operationPrinter, printFlags, unknownFormat } from "../../printers/print-flags.ts";

const editFlags = {
  ...printFlags,
  ...filenameFlags,
  "field-manager": fieldManagerFlag("kubectl-edit"),
  "output-patch": booleanFlag("Output the patch if the resource is edited."),
  "save-config": booleanFlag(
    "If true, the configuration of current object will be saved in its annotation. Otherwise, the annotation will be unchanged. This flag is useful when you want to perform kubectl apply on this object in the future.",
  ),
  subresource: stringFlag("If specified, edit will operate on the subresource of the requested object."),
  validate: validateFlag,
  "windows-line-endings": booleanFlag("Defaults to the line ending native to your platform."),
};

type EditInvocation = Invocation<typeof editFlags>;

export const editCommand = kubectlCommand({
  usage: "(RESOURCE/NAME | -f FILENAME)",
  flags: editFlags,
  examples: `  kube edit svc/web
  KUBE_EDITOR="code --wait" kube edit deployment/web
  kube edit job.v1.batch/import -o json        as JSON
  kube edit deployment/web --subresource=status`,
  run: edit,
});

async function edit(invocation: EditInvocation): Promise<void> {
  const { args, flags, session, context } = invocation;
  const editing = editingOf(invocation);
  const selection = await selectObjects(session, {
    args,
    filenames: flags.filename,
    kustomize: flags.kustomize,
    recursive: flags.recursive,
    allowsTypesAlone: true,
    requiresNamespace: true,
  });
  const { objects, errors } = await loadObjects(await session.transport(), selection, {
    subresource: flags.subresource,
  });
  throwAll(errors);
  if (objects.length === 0) throw new UserError("edit cancelled, no objects found");
  await editObjects(objects, { ...editing, save: async (...edited) => await save(...edited, invocation) }, session);
  context.signal.throwIfAborted();
}

function editingOf({ flags, commandPath }: EditInvocation): Omit<Editing, "save"> {
  const { output } = flags;
  if (output !== "" && output !== "json" && output !== "yaml") throw unknownFormat(output, ["json", "yaml"]);
  fieldValidationOf(flags.validate);
  return {
    subject: "object",
    format: output === "json" ? "json" : "yaml",
    windowsLineEndings: flags["windows-line-endings"],
    program: commandPath.split(" ")[0] ?? "",
  };
}

async function save(
  edited: LoadedObject["object"],
  original: LoadedObject | undefined,
  { flags, session, context }: EditInvocation,
): Promise<void> {
  if (!original) return;
  const { mapping, namespace, name } = original;
  const before = withoutManagedFields(original.object);
  const after = updatedLastApplied(edited, { saves: flags["save-config"] });
  if (jsonEqual(before, after)) {
    context.stdout.write((await operationPrinter(flags, "skipped", context))(edited));
    return;
  }
  if (
    apiVersionOf(before) !== apiVersionOf(after) ||
    kindOf(before) !== kindOf(after) ||
    nameOf(before) !== nameOf(after)
  )
    throw new UserError("At least one of apiVersion, kind and name was changed");
  const { contentType, patch } = objectPatch(mapping, before, after);
  if (flags["output-patch"]) context.stdout.write(`Patch: ${goJson(patch)}\n`);
  const saved = await requestResource(
    await session.transport(),
    { mapping, namespace, name, subresource: flags.subresource },
    {
      method: "PATCH",
      contentType,
      query: writeQuery({
        dryRun: "none",
        fieldManager: flags["field-manager"],
        fieldValidation: fieldValidationOf(flags.validate),
      }),
      body: patch,
    },
  );
  context.stdout.write((await operationPrinter(flags, "edited", context))(saved));
}
