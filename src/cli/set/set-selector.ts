import { parseLabelSelector } from "../../api/label-selector.ts";
import { UserError } from "../../lib/user-error.ts";
import { booleanFlag, stringFlag } from "../flags/flag.ts";
import { dryRunFlag, fieldManagerFlag, filenameFlags } from "../flags/shared-flags.ts";
import { type Invocation, kubectlCommand } from "../kubectl-command.ts";
import { kindOf, objectIn, withMetadata } from "../objects/api-object.ts";
import { loadObjects } from "../objects/load-objects.ts";
import { objectPatch } from "../objects/object-patch.ts";
import { requestResource } from "../objects/resource-requests.ts";
import { manifestsOf, selectObjects } from "../objects/select-objects.ts";
import { visitEach } from "../objects/visit.ts";
import { dryRunOf, withDryRun, writeQuery } from "../objects/write-options.ts";
import { operationPrinter, printFlags } from "../printers/print-flags.ts";

const flags = {
  ...printFlags,
  filename: filenameFlags.filename,
  recursive: { ...filenameFlags.recursive, default: true },
  all: booleanFlag("Select all resources in the namespace of the specified resource types"),
  "dry-run": dryRunFlag,
  "field-manager": fieldManagerFlag("kubectl-set"),
  local: booleanFlag("If true, annotation will NOT contact api-server but run locally."),
  "resource-version": stringFlag(
    "If non-empty, the selectors update will only succeed if this is the current resource-version for the object. Only valid when specifying a single resource.",
  ),
};

export const setSelectorCommand = kubectlCommand({
  usage: "(-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]",
  flags,
  examples: `  kube set selector service web app=web,track=stable`,
  run: setSelector,
});

async function setSelector({ args, flags: given, session, context }: Invocation<typeof flags>): Promise<void> {
  const dryRun = dryRunOf(given["dry-run"], context);
  const expression = args.at(-1);
  const print = await operationPrinter(given, withDryRun("selector updated", dryRun), context);
  if (expression === undefined) throw new UserError("one selector is required");
  const selection = await selectObjects(session, {
    args: args.slice(0, -1),
    filenames: given.filename,
    recursive: given.recursive,
    allowsTypesAlone: given.all,
    isLocal: given.local,
  });
  const isLocal = given.local || dryRun === "client";
  const manifests = manifestsOf(selection);
  const { objects, errors } = given.local
    ? { objects: manifests, errors: selection.errors }
    : await loadObjects(await session.transport(), selection);
  await visitEach(
    objects,
    async ({ mapping, namespace, name, object }) => {
      if (kindOf(object) !== "Service") throw new UserError("setting a selector is only supported for Services");
      const labels = selectedLabels(expression);
      const resourceVersion = given["resource-version"];
      const changed = { ...object, spec: { ...objectIn(object, "spec"), selector: labels } };
      if (isLocal) return void context.stdout.write(print(changed));
      const before = resourceVersion === "" ? object : withMetadata(object, { resourceVersion: undefined });
      const after = resourceVersion === "" ? changed : withMetadata(changed, { resourceVersion });
      const { contentType, patch } = objectPatch(mapping, before, after);
      const query = writeQuery({ dryRun, fieldManager: given["field-manager"] });
      const answer = await requestResource(
        await session.transport(),
        { mapping, namespace, name },
        { method: "PATCH", contentType, query, body: patch },
      );
      context.stdout.write(print(answer));
    },
    errors,
  );
}

/** The labels that a selector wants; a Service can want nothing else. */
function selectedLabels(expression: string): Record<string, string> {
  try {
    const { requirements } = parseLabelSelector(expression);
    return Object.fromEntries(
      requirements.map(({ key, operator, values }): [string, string] => {
        const [value = "", ...more] = values;
        if ((operator === "=" || operator === "==") && more.length === 0) return [key, value];
        throw new UserError(`match expression ${expression} not supported on this object`);
      }),
    );
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
}
