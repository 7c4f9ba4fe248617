import { isApiError } from "../../../api/api-error.ts";
import { UserError } from "../../../lib/user-error.ts";
import { updatedLastApplied } from "../../apply/last-applied.ts";
import { propagationPolicy } from "../../delete/cascade.ts";
import { deleteObjects } from "../../delete/delete-objects.ts";
import { booleanFlag, durationFlag, integerFlag, stringFlag } from "../../flags/flag.ts";
import { dryRunFlag, fieldManagerFlag, filenameFlags, validateFlag } from "../../flags/shared-flags.ts";
import { type Invocation, kubectlCommand, usageError } from "../../kubectl-command.ts";
import { resourceVersionOf, withMetadata } from "../../objects/api-object.ts";
import { createObject } from "../../objects/create-object.ts";
import { withSource } from "../../objects/error-source.ts";
import { requestResource } from "../../objects/resource-requests.ts";
import { type ManifestEntry, manifestsOf, selectObjects } from "../../objects/select-objects.ts";
import { sendRaw } from "../../objects/send-raw.ts";
import { visitEach } from "../../objects/visit.ts";
import { dryRunOf, fieldValidationOf, withDryRun, writeQuery } from "../../objects/write-options.ts";
import { operationPrinter, printFlags } from "../../printers/print-flags.ts";

const replaceFlags = {
  ...printFlags,
  ...filenameFlags,
  cascade: stringFlag('Must be "background", "orphan", or "foreground".', {
    default: "background",
    bare: "background",
  }),
  "dry-run": dryRunFlag,
  "field-manager": fieldManagerFlag("kubectl-replace"),
  force: booleanFlag("If true, immediately remove resources from API and bypass graceful deletion."),
  "grace-period": integerFlag("Period of time in seconds given to the resource to terminate gracefully.", {
    default: -1,
  }),
  raw: stringFlag("Raw URI to PUT to the server.  Uses the transport specified by the kubeconfig file."),
  "save-config": booleanFlag("If true, the configuration of current object will be saved in its annotation."),
  subresource: stringFlag("If specified, replace will operate on the subresource of the requested object."),
  timeout: durationFlag(
    "The length of time to wait before giving up on a delete, zero means determine a timeout from the size of the object",
  ),
  validate: validateFlag,
  wait: booleanFlag("If true, wait for resources to be gone before returning. This waits for finalizers."),
};

type ReplaceInvocation = Invocation<typeof replaceFlags>;

export const replaceCommand = kubectlCommand({
  usage: "-f FILENAME",
  flags: replaceFlags,
  examples: `  kube replace -f app.yaml
  kube replace -f app.yaml --force           deleted and created anew`,
  run: replace,
});

async function replace(invocation: ReplaceInvocation): Promise<void> {
  const { args, flags, session, context } = invocation;
  checkFlags(invocation);
  if (args.length > 0) throw usageError(invocation, `Unexpected args: [${args.join(" ")}]`);
  if (flags.raw !== "") return await sendRaw(invocation, "PUT");
  const selection = await selectObjects(session, {
    filenames: flags.filename,
    kustomize: flags.kustomize,
    recursive: flags.recursive,
    requiresNamespace: true,
    validates: fieldValidationOf(flags.validate) !== "Ignore",
  });
  const transport = await session.transport();
  const entries = manifestsOf(selection);
  if (flags.force) {
    await deleteObjects(
      transport,
      selection,
      {
        gracePeriodSeconds: flags["grace-period"] < 0 ? 0 : flags["grace-period"],
        propagationPolicy: propagationPolicy(flags.cascade, context),
        ignoresNotFound: true,
        dryRun: "none",
        waits: true,
        timeoutMs: flags.timeout || DELETE_TIMEOUT_MS,
        printsNames: flags.output === "name",
        saysForced: false,
        warnsOfClusterScope: false,
      },
      context,
    );
  }
  const operation = flags.force ? "replaced" : withDryRun("replaced", dryRunOf(flags["dry-run"], context));
  const print = await operationPrinter(flags, operation, context);
  await visitEach(
    entries,
    async (entry) => {
      const replaced = await replaceOne(entry, invocation).catch((error: unknown) => {
        throw withSource(error, "replacing", entry.source);
      });
      context.stdout.write(print(replaced));
    },
    selection.errors,
  );
  if (entries.length === 0) throw new UserError("no objects passed to replace");
}

const DELETE_TIMEOUT_MS = 5 * 60_000;

async function replaceOne(entry: ManifestEntry, { flags, session, context }: ReplaceInvocation) {
  const { mapping, namespace, name } = entry;
  const options = {
    dryRun: dryRunOf(flags["dry-run"], context),
    fieldManager: flags["field-manager"],
    fieldValidation: fieldValidationOf(flags.validate),
  };
  const object = updatedLastApplied(entry.object, { saves: flags["save-config"] });
  const transport = await session.transport();
  if (flags.force) return await createObject(transport, entry, object, options);
  if (options.dryRun === "client") return object;
  const address = { mapping, namespace, name, subresource: flags.subresource };
  // A manifest without a version replaces whatever is there now.
  const current =
    resourceVersionOf(object) === ""
      ? await requestResource(transport, address, { method: "GET" }).catch(undefinedIfNotFound)
      : undefined;
  const body = current ? withMetadata(object, { resourceVersion: resourceVersionOf(current) }) : object;
  return await requestResource(transport, address, { method: "PUT", query: writeQuery(options), body });
}

/** Some kinds are created by a replacement; the server says whether this is one. */
function undefinedIfNotFound(error: unknown): undefined {
  if (!isApiError(error, "NotFound")) throw error;
}

function checkFlags({ flags, context }: ReplaceInvocation): void {
  if (flags["grace-period"] >= 0 && !flags.force) throw new UserError("--grace-period must have --force specified");
  if (flags.timeout !== 0 && !flags.force) throw new UserError("--timeout must have --force specified");
  if (flags.force && dryRunOf(flags["dry-run"], context) !== "none")
    throw new UserError("--dry-run can not be used when --force is set");
  if (flags.filename.length === 0 && flags.kustomize === "") throw new UserError("must specify one of -f and -k");
}
