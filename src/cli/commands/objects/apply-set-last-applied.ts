import { isApiError } from "../../../api/api-error.ts";
import { jsonEqual } from "../../../lib/json/json-value.ts";
import { UserError } from "../../../lib/user-error.ts";
import { lastApplied, lastAppliedPatch } from "../../apply/last-applied.ts";
import { booleanFlag } from "../../flags/flag.ts";
import { dryRunFlag, filenameFlags } from "../../flags/shared-flags.ts";
import { type Invocation, kubectlCommand } from "../../kubectl-command.ts";
import type { ApiObject } from "../../objects/api-object.ts";
import { withSource } from "../../objects/error-source.ts";
import { PATCH_TYPES, requestResource } from "../../objects/resource-requests.ts";
import { type ManifestEntry, selectObjects } from "../../objects/select-objects.ts";
import { throwAll, visitEach } from "../../objects/visit.ts";
import { dryRunOf, withDryRun, writeQuery } from "../../objects/write-options.ts";
import { operationPrinter, printFlags } from "../../printers/print-flags.ts";

const flags = {
  ...printFlags,
  "create-annotation": booleanFlag(
    "Will create 'last-applied-configuration' annotations if current objects doesn't have one",
  ),
  "dry-run": dryRunFlag,
  filename: filenameFlags.filename,
};

export const applySetLastAppliedCommand = kubectlCommand({
  usage: "-f FILENAME",
  flags,
  examples: `  kube apply set-last-applied -f app.yaml --create-annotation`,
  run: setLastApplied,
});

/** All objects are looked at before the first is changed. */
async function setLastApplied({ flags: given, session, context }: Invocation<typeof flags>): Promise<void> {
  const dryRun = dryRunOf(given["dry-run"], context);
  const print = await operationPrinter(given, withDryRun("configured", dryRun), context);
  const selection = await selectObjects(session, { filenames: given.filename, requiresNamespace: true });
  throwAll(selection.errors);
  const transport = await session.transport();
  const changed: { readonly entry: ManifestEntry; readonly current: ApiObject }[] = [];
  for (const entry of selection.sources) {
    if (entry.type !== "manifest") continue;
    const { mapping, namespace, name, source } = entry;
    // oxlint-disable-next-line no-await-in-loop -- told in the order of the files
    const current = await requestResource(transport, { mapping, namespace, name }, { method: "GET" }).catch(
      (error: unknown) => {
        throw isApiError(error, "NotFound") ? error : withSource(error, "retrieving current configuration of", source);
      },
    );
    const applied = lastApplied(current);
    if (!applied && !given["create-annotation"])
      throw new UserError(
        `no last-applied-configuration annotation found on resource: ${name}, to create the annotation, run the command with --create-annotation`,
      );
    if (jsonEqual(applied, entry.object)) context.stdout.write(`set-last-applied ${name}: no changes required.\n`);
    else changed.push({ entry, current });
  }
  await visitEach(changed, async ({ entry, current }) => {
    const { mapping, namespace, name } = entry;
    const request = {
      method: "PATCH",
      contentType: PATCH_TYPES.merge,
      query: writeQuery({ dryRun, fieldManager: "" }),
      body: lastAppliedPatch(entry.object),
    } as const;
    const answer =
      dryRun === "client" ? current : await requestResource(transport, { mapping, namespace, name }, request);
    context.stdout.write(print(answer));
  });
}
