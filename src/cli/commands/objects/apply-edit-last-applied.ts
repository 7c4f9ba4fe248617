import { jsonEqual } from "../../../lib/json/json-value.ts";
import { UserError } from "../../../lib/user-error.ts";
import { lastApplied, lastAppliedPatch } from "../../apply/last-applied.ts";
import { editObjects } from "../../edit/edit-objects.ts";
import { booleanFlag } from "../../flags/flag.ts";
import { fieldManagerFlag, filenameFlags, validateFlag } from "../../flags/shared-flags.ts";
import { type Invocation, kubectlCommand } from "../../kubectl-command.ts";
import { loadObjects } from "../../objects/load-objects.ts";
import { PATCH_TYPES, requestResource } from "../../objects/resource-requests.ts";
import { selectObjects } from "../../objects/select-objects.ts";
import { throwAll } from "../../objects/visit.ts";
import { fieldValidationOf, writeQuery } from "../../objects/write-options.ts";
import { operationPrinter, printFlags } from "../../printers/print-flags.ts";

const flags = {
  ...printFlags,
  ...filenameFlags,
  "field-manager": fieldManagerFlag("kubectl-client-side-apply"),
  validate: validateFlag,
  "windows-line-endings": booleanFlag("Defaults to the line ending native to your platform."),
};

export const applyEditLastAppliedCommand = kubectlCommand({
  usage: "(RESOURCE/NAME | -f FILENAME)",
  flags,
  examples: `  kube apply edit-last-applied deployment/web`,
  run: editLastApplied,
});

async function editLastApplied(invocation: Invocation<typeof flags>): Promise<void> {
  const { args, flags: given, session, context, commandPath } = invocation;
  const selection = await selectObjects(session, {
    args,
    filenames: given.filename,
    kustomize: given.kustomize,
    recursive: given.recursive,
    allowsTypesAlone: true,
    requiresNamespace: true,
  });
  const transport = await session.transport();
  const { objects, errors } = await loadObjects(transport, selection);
  throwAll(errors);
  const annotated = objects.flatMap((loaded) => {
    const object = lastApplied(loaded.object);
    return object ? [{ ...loaded, object }] : [];
  });
  if (annotated.length === 0)
    throw new UserError(
      `no last-applied-configuration annotation found on resources, to create the annotation, use command \`${context.program} apply set-last-applied --create-annotation\``,
    );
  const query = writeQuery({
    dryRun: "none",
    fieldManager: given["field-manager"],
    fieldValidation: fieldValidationOf(given.validate),
  });
  await editObjects(
    annotated,
    {
      subject: "last-applied",
      format: given.output === "json" ? "json" : "yaml",
      windowsLineEndings: given["windows-line-endings"],
      program: commandPath.split(" ")[0] ?? "",
      async save(edited, original) {
        const isSame = jsonEqual(edited, original?.object);
        if (!isSame && original) {
          const { mapping, namespace, name } = original;
          const body = lastAppliedPatch(edited);
          await requestResource(
            transport,
            { mapping, namespace, name },
            { method: "PATCH", contentType: PATCH_TYPES.merge, query, body },
          );
        }
        context.stdout.write((await operationPrinter(given, isSame ? "skipped" : "edited", context))(edited));
      },
    },
    session,
  );
}
