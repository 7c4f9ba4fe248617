import { createMergePatch } from "../../lib/json/merge-patch.ts";
import { UserError } from "../../lib/user-error.ts";
import type { Invocation } from "../kubectl-command.ts";
import { type ApiObject, groupOf, kindOf, metadataOf, nameOf, stringsIn, withMetadata } from "../objects/api-object.ts";
import { type LoadedObject, loadObjects } from "../objects/load-objects.ts";
import { PATCH_TYPES, requestResource } from "../objects/resource-requests.ts";
import { manifestsOf, selectObjects } from "../objects/select-objects.ts";
import { selectionByFlags } from "../objects/selection-by-flags.ts";
import { visitEach } from "../objects/visit.ts";
import { type DryRun, dryRunOf, withDryRun, writeQuery } from "../objects/write-options.ts";
import { operationPrinter } from "../printers/print-flags.ts";
import type { metadataFlags } from "./metadata-flags.ts";
import { type PairChanges, type PairKind, resourcesAndPairs } from "./pairs.ts";

type MetadataInvocation = Invocation<typeof metadataFlags>;
type Pairs = Readonly<Record<string, string>>;

/** In what label and annotate differ. */
export interface MetadataField {
  readonly kind: PairKind;
  readonly field: "labels" | "annotations";
  readonly fieldManager: string;
  /** A file to name in messages about --local. */
  readonly exampleFile: string;
  changes(pairs: readonly string[]): PairChanges;
  /** Why the change is refused without --overwrite, if it is. */
  overwriteProblem(current: Pairs, changes: PairChanges): UserError | AggregateError | undefined;
  operation(current: Pairs, changed: Pairs): string;
  /** Of a change that leaves everything as it was. */
  readonly sendsEmptyPatch: boolean;
  /** Labels that are to be removed and are not there are told of. */
  readonly tellsMissing: boolean;
  /** What the server answered, or what was sent. */
  readonly printsAnswer: boolean;
}

export async function changeMetadata(invocation: MetadataInvocation, field: MetadataField): Promise<void> {
  const { flags, session, context } = invocation;
  const dryRun = dryRunOf(flags["dry-run"], context);
  const { resources, pairs } = resourcesAndPairs(invocation.args, field.kind);
  const changes = field.changes(pairs);
  checkFlags(invocation, field, { resources, changes, dryRun });
  const selection = await selectObjects(session, {
    ...selectionByFlags(resources, flags),
    isLocal: flags.local,
  });
  if (!selection.isSingle && flags["resource-version"] !== "")
    throw new UserError("--resource-version may only be used with a single resource");
  const local = manifestsOf(selection);
  const { objects, errors } = flags.local
    ? { objects: local, errors: selection.errors }
    : await loadObjects(await session.transport(), selection);
  await visitEach(
    objects,
    async (loaded) => {
      const change = { loaded, changes, dryRun, isSingle: selection.isSingle };
      await changeOne(invocation, field, change);
    },
    errors,
  );
}

interface Change {
  readonly loaded: LoadedObject;
  readonly changes: PairChanges;
  readonly dryRun: DryRun;
  readonly isSingle: boolean;
}

async function changeOne(invocation: MetadataInvocation, field: MetadataField, change: Change): Promise<void> {
  const { flags, context } = invocation;
  const { loaded, changes, dryRun } = change;
  const current = stringsIn(metadataOf(loaded.object), field.field);
  const stays = dryRun === "client" || flags.local || flags.list;
  if (field.tellsMissing && !stays) {
    for (const key of changes.removed)
      if (current[key] === undefined) context.stdout.write(`${field.kind} ${JSON.stringify(key)} not found.\n`);
  }
  const problem = flags.overwrite ? undefined : field.overwriteProblem(current, changes);
  if (problem) throw problem;
  const changed = changedPairs(current, changes);
  const resourceVersion = flags["resource-version"] || undefined;
  const wanted = withMetadata(loaded.object, {
    [field.field]: changed,
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  });
  if (flags.list) {
    context.stdout.write(listText(wanted, field, change));
    return;
  }
  const answer = stays ? wanted : await send(invocation, field, { change, wanted });
  const operation = withDryRun(field.operation(current, changed), dryRun);
  const print = await operationPrinter(flags, operation, context);
  context.stdout.write(print(field.printsAnswer ? answer : wanted));
}

async function send(
  { flags, session }: MetadataInvocation,
  field: MetadataField,
  { change, wanted }: { readonly change: Change; readonly wanted: ApiObject },
): Promise<ApiObject> {
  const { mapping, namespace, name, object } = change.loaded;
  // A version that was asked for goes into the patch even if it is the current one.
  const before = flags["resource-version"] === "" ? object : withMetadata(object, { resourceVersion: undefined });
  const patch = createMergePatch(before, wanted);
  if (Object.keys(patch).length === 0 && !field.sendsEmptyPatch) return object;
  const fieldManager = flags["field-manager"] || field.fieldManager;
  return await requestResource(
    await session.transport(),
    { mapping, namespace, name },
    {
      method: "PATCH",
      contentType: PATCH_TYPES.merge,
      query: writeQuery({ dryRun: change.dryRun, fieldManager }),
      body: patch,
    },
  );
}

function changedPairs(current: Pairs, { set, removed }: PairChanges): Record<string, string> {
  const changed: Record<string, string> = { ...current, ...Object.fromEntries(set) };
  for (const key of removed) delete changed[key];
  return changed;
}

function listText(object: ApiObject, { field }: MetadataField, { isSingle }: Change): string {
  const pairs = stringsIn(metadataOf(object), field);
  const indent = isSingle ? "" : " ";
  const heading = isSingle ? "" : `Listing ${field} for ${kindOf(object)}.${groupOf(object)}/${nameOf(object)}:\n`;
  const lines = Object.entries(pairs).map(([key, value]) => `${indent}${key}=${value}\n`);
  return heading + lines.toSorted().join("");
}

function checkFlags(
  { flags }: MetadataInvocation,
  { kind, exampleFile }: MetadataField,
  given: { readonly resources: readonly string[]; readonly changes: PairChanges; readonly dryRun: DryRun },
): void {
  const hasFiles = flags.filename.length > 0 || flags.kustomize !== "";
  if (flags.list && flags.output !== "") throw new UserError("--list and --output may not be specified together");
  if (flags.all && flags.selector !== "") throw new UserError("cannot set --all and --selector at the same time");
  if (flags.all && flags["field-selector"] !== "")
    throw new UserError("cannot set --all and --field-selector at the same time");
  if (flags.local) {
    const files = `-f ${exampleFile}.yaml or --filename=${exampleFile}.json`;
    if (given.dryRun === "server")
      throw new UserError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?");
    if (given.resources.length > 0)
      throw new UserError(`can only use local files by ${files} when --local=true is set`);
    if (!hasFiles) throw new UserError(`one or more files must be specified as ${files}`);
  } else if (given.resources.length === 0 && !hasFiles)
    throw new UserError("one or more resources must be specified as <resource> <name> or <resource>/<name>");
  if (given.changes.set.size === 0 && given.changes.removed.length === 0 && !flags.list)
    throw new UserError(`at least one ${kind} update is required`);
}
