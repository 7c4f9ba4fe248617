import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";
import type { FlagValues } from "../flags/flag.ts";
import { filenameFlags, selectorFlag } from "../flags/shared-flags.ts";
import { type LoadedObject, loadObjects, type LoadedObjects } from "../objects/load-objects.ts";
import { requestResource, PATCH_TYPES } from "../objects/resource-requests.ts";
import { selectObjects } from "../objects/select-objects.ts";
import { visitEach } from "../objects/visit.ts";
import { operationPrinter, type PrintFlagValues } from "../printers/print-flags.ts";
import type { Session } from "../session.ts";

export const rolloutFlags = { ...filenameFlags, selector: selectorFlag };

interface RolloutInvocation {
  readonly args: readonly string[];
  readonly flags: FlagValues<typeof rolloutFlags>;
  readonly session: Session;
}

/** The workloads that a rollout command is about. */
export async function rolloutObjects({ args, flags, session }: RolloutInvocation): Promise<LoadedObjects> {
  if (args.length === 0 && flags.filename.length === 0 && flags.kustomize === "")
    throw new UserError("required resource not specified");
  const selection = await selectObjects(session, {
    args,
    filenames: flags.filename,
    kustomize: flags.kustomize,
    recursive: flags.recursive,
    labelSelector: flags.selector,
    allowsTypesAlone: true,
    requiresNamespace: true,
  });
  return await loadObjects(await session.transport(), selection);
}

export interface WorkloadChange {
  /** `paused`, `restarted`. */
  readonly operation: string;
  readonly fieldManager: string;
  /** A merge patch; throws for what cannot be changed so. */
  patch(loaded: LoadedObject): unknown;
}

/** Patches every workload that was named and tells of each. */
export async function changeWorkloads(
  invocation: RolloutInvocation & { readonly flags: PrintFlagValues; readonly context: CliContext },
  change: WorkloadChange,
): Promise<void> {
  const { flags, session, context } = invocation;
  const { objects, errors } = await rolloutObjects(invocation);
  if (objects.length === 0 && errors.length === 0) {
    const { namespace } = await session.target();
    context.stderr.write(`No resources found in ${namespace} namespace.\n`);
  }
  const transport = await session.transport();
  const print = await operationPrinter(flags, change.operation, context);
  await visitEach(
    objects,
    async (loaded) => {
      const { mapping, namespace, name } = loaded;
      const body = change.patch(loaded);
      const query = { fieldManager: change.fieldManager };
      const patched = await requestResource(
        transport,
        { mapping, namespace, name },
        { method: "PATCH", contentType: PATCH_TYPES.strategic, query, body },
      );
      context.stdout.write(print(patched));
    },
    errors,
  );
}
