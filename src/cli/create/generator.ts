import type { ResourceType } from "../../api/resource-type.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { updatedLastApplied } from "../apply/last-applied.ts";
import { messageOf } from "../error-message.ts";
import { booleanFlag, type Flags } from "../flags/flag.ts";
import { dryRunFlag, fieldManagerFlag, validateFlag } from "../flags/shared-flags.ts";
import { checkRequired, type Invocation, kubectlCommand, type KubectlCommand, usageError } from "../kubectl-command.ts";
import type { ApiObject } from "../objects/api-object.ts";
import { requestResource } from "../objects/resource-requests.ts";
import { dryRunOf, fieldValidationOf, withDryRun, writeQuery } from "../objects/write-options.ts";
import { generatedPrinter, printFlags } from "../printers/print-flags.ts";

/** The flags of every command that makes an object from flags. */
const generatorFlags = {
  ...printFlags,
  "dry-run": dryRunFlag,
  "field-manager": fieldManagerFlag("kubectl-create"),
  "save-config": booleanFlag(
    "If true, the configuration of current object will be saved in its annotation. Otherwise, the annotation will be unchanged. This flag is useful when you want to perform kubectl apply on this object in the future.",
  ),
  validate: validateFlag,
};

export interface GeneratorDefinition<F extends Flags> {
  readonly usage: string;
  readonly examples?: string;
  readonly flags: F;
  readonly type: Omit<ResourceType, "objectType">;
  /** Flags without which nothing can be made. */
  readonly required?: readonly (keyof F & string)[];
  /** In front of what the server refuses, as kubectl has it for most kinds. */
  readonly failure?: string;
  /** What comes behind kind, apiVersion, name and namespace. */
  build(invocation: Invocation<F & typeof generatorFlags>, name: string): GeneratedObject | Promise<GeneratedObject>;
}

export interface GeneratedObject {
  readonly metadata?: JsonObject;
  /** `spec`, `data`, `rules` ... in the order of the type's fields. */
  readonly body: JsonObject;
  /** Put in place of the name that was given. */
  readonly name?: string;
}

/** `kube create KIND NAME`: makes one object from flags and creates it, or only shows it. */
export function generator<const F extends Flags>(definition: GeneratorDefinition<F>): KubectlCommand {
  const flags = { ...definition.flags, ...generatorFlags };
  return kubectlCommand({
    usage: definition.usage,
    flags,
    ...(definition.examples === undefined ? {} : { examples: definition.examples }),
    async run(invocation) {
      checkRequired(invocation, definition.required ?? []);
      const name = givenName(invocation);
      const generated = await definition.build(invocation, name);
      await createGenerated(invocation, definition, await generatedObject(invocation, definition, { name, generated }));
    },
  });
}

/** What comes before `--` must be one name. */
function givenName(invocation: Pick<Invocation<Flags>, "args" | "argsBeforeDash" | "commandPath">): string {
  const { args, argsBeforeDash } = invocation;
  const count = argsBeforeDash < 0 ? args.length : argsBeforeDash;
  const [name] = args;
  if (count !== 1 || name === undefined) throw usageError(invocation, `exactly one NAME is required, got ${count}`);
  return name;
}

/** For commands that take a name and then, with or without `--`, a command to run. */
export const commandArgs = ({ args }: { readonly args: readonly string[] }): readonly string[] => args.slice(1);

async function generatedObject(
  { session }: Invocation<typeof generatorFlags>,
  { type }: Pick<GeneratorDefinition<Flags>, "type">,
  { name, generated }: { readonly name: string; readonly generated: GeneratedObject },
): Promise<ApiObject> {
  const target = await session.target();
  const { group, version, kind, namespaced } = type;
  return {
    kind,
    apiVersion: group === "" ? version : `${group}/${version}`,
    metadata: {
      name: generated.name ?? name,
      ...(namespaced && target.isNamespaceExplicit ? { namespace: target.namespace } : {}),
      ...generated.metadata,
    },
    ...generated.body,
  };
}

async function createGenerated(
  { flags, session, context }: Invocation<typeof generatorFlags>,
  { type, failure }: Pick<GeneratorDefinition<Flags>, "type" | "failure">,
  object: ApiObject,
): Promise<void> {
  const dryRun = dryRunOf(flags["dry-run"], context);
  const print = await generatedPrinter(flags, withDryRun("created", dryRun), context);
  const wanted = updatedLastApplied(object, { saves: flags["save-config"] });
  if (dryRun === "client") {
    context.stdout.write(print(wanted));
    return;
  }
  const { namespace } = await session.target();
  const query = writeQuery({
    dryRun,
    fieldManager: flags["field-manager"],
    fieldValidation: fieldValidationOf(flags.validate),
  });
  const created = await requestResource(
    await session.transport(),
    { mapping: type, namespace: type.namespaced ? namespace : "" },
    { method: "POST", query, body: wanted },
  ).catch((error: unknown) => {
    throw failure === undefined || !(error instanceof Error)
      ? error
      : new UserError(`${failure}${plainMessage(error)}`);
  });
  context.stdout.write(print(created));
}

/** The message alone: the reason is not shown in these. */
const plainMessage = (error: Error): string => (error.name === "ApiError" ? error.message : messageOf(error));
