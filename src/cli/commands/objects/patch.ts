import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

import { definitionOf } from "../../../api/schema/schema.ts";
import { applyStrategicMerge } from "../../../api/schema/strategic-merge.ts";
import { applyJsonPatch, JsonPatchError, parseJsonPatch } from "../../../lib/json/json-patch.ts";
import { isJsonObject, jsonEqual, type JsonValue } from "../../../lib/json/json-value.ts";
import { applyMergePatch } from "../../../lib/json/merge-patch.ts";
import { UserError } from "../../../lib/user-error.ts";
import { decodeYaml, YamlError } from "../../../lib/yaml/yaml.ts";
import { booleanFlag, stringFlag } from "../../flags/flag.ts";
import { dryRunFlag, fieldManagerFlag, filenameFlags } from "../../flags/shared-flags.ts";
import { type Invocation, kubectlCommand } from "../../kubectl-command.ts";
import type { ApiObject } from "../../objects/api-object.ts";
import { type LoadedObject, loadObjects } from "../../objects/load-objects.ts";
import { PATCH_TYPES, requestResource } from "../../objects/resource-requests.ts";
import { manifestsOf, selectObjects } from "../../objects/select-objects.ts";
import { visitEach } from "../../objects/visit.ts";
import { dryRunOf, writeQuery } from "../../objects/write-options.ts";
import { operationPrinter, printFlags } from "../../printers/print-flags.ts";

const patchFlags = {
  ...printFlags,
  ...filenameFlags,
  "dry-run": dryRunFlag,
  "field-manager": fieldManagerFlag("kubectl-patch"),
  local: booleanFlag("If true, patch will operate on the content of the file, not the server-side resource."),
  patch: stringFlag("The patch to be applied to the resource JSON file.", { short: "p" }),
  "patch-file": stringFlag("A file containing a patch to be applied to the resource."),
  subresource: stringFlag("If specified, patch will operate on the subresource of the requested object."),
  type: stringFlag("The type of patch being provided; one of [json merge strategic]", { default: "strategic" }),
};

type PatchInvocation = Invocation<typeof patchFlags>;
type PatchKind = "json" | "merge" | "strategic";

export const patchCommand = kubectlCommand({
  usage: "(-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE]",
  flags: patchFlags,
  examples: `  kube patch deploy web -p '{"spec":{"replicas":3}}'
  kube patch pod web-0 --type=json -p='[{"op":"remove","path":"/metadata/labels/old"}]'
  kube patch deploy web --patch-file change.yaml`,
  run: patch,
});

async function patch(invocation: PatchInvocation): Promise<void> {
  const { args, flags, session, context } = invocation;
  const kind = patchKind(invocation);
  const dryRun = dryRunOf(flags["dry-run"], context);
  const { sent, value } = await patchBody(invocation);
  const selection = await selectObjects(session, {
    args,
    filenames: flags.filename,
    kustomize: flags.kustomize,
    recursive: flags.recursive,
    requiresNamespace: true,
    isLocal: flags.local,
  });
  const { objects, errors } = flags.local
    ? { objects: manifestsOf(selection), errors: selection.errors }
    : await loadObjects(await session.transport(), selection, { subresource: flags.subresource });
  await visitEach(
    objects,
    async ({ mapping, namespace, name, object }) => {
      const patched =
        flags.local || dryRun === "client"
          ? locallyPatched(object, value, kind, mapping)
          : await requestResource(
              await session.transport(),
              { mapping, namespace, name, subresource: flags.subresource },
              {
                method: "PATCH",
                contentType: PATCH_TYPES[kind],
                query: writeQuery({ dryRun, fieldManager: flags["field-manager"] }),
                body: sent,
              },
            );
      const operation = jsonEqual(object, patched) ? "patched (no change)" : "patched";
      const print = await operationPrinter(flags, operation, context);
      context.stdout.write(print(patched));
    },
    errors,
  );
  if (objects.length === 0) throw new UserError("no objects passed to patch");
}

function patchKind({ args, flags, context }: PatchInvocation): PatchKind {
  const dryRun = dryRunOf(flags["dry-run"], context);
  if (flags.patch !== "" && flags["patch-file"] !== "")
    throw new UserError("cannot specify --patch and --patch-file together");
  if (flags.patch === "" && flags["patch-file"] === "")
    throw new UserError("must specify --patch or --patch-file containing the contents of the patch");
  if (flags.local && args.length > 0) throw new UserError("cannot specify --local and server resources");
  if (flags.local && dryRun === "server")
    throw new UserError("cannot specify --local and --dry-run=server - did you mean --dry-run=client?");
  const kind = flags.type.toLowerCase();
  if (kind === "json" || kind === "merge" || kind === "strategic") return kind;
  throw new UserError(`--type must be one of [json merge strategic], not ${JSON.stringify(flags.type)}`);
}

interface PatchBody {
  /** Text that looks like JSON goes to the server as it is, which then says what is wrong with it. */
  readonly sent: JsonValue;
  readonly value: JsonValue;
}

async function patchBody({ flags, context }: PatchInvocation): Promise<PatchBody> {
  const file = flags["patch-file"];
  const text =
    file === ""
      ? flags.patch
      : await readFile(resolve(context.cwd, file), "utf8").catch((error: NodeJS.ErrnoException) => {
          const reason = error.code === "ENOENT" ? `open ${file}: no such file or directory` : error.message;
          throw new UserError(`unable to read patch file: ${reason}`);
        });
  const isJson = text.trimStart().startsWith("{");
  try {
    const { value } = decodeYaml(text);
    return { sent: isJson ? text : value, value };
  } catch (error) {
    if (error instanceof YamlError && isJson) return { sent: text, value: null };
    if (error instanceof YamlError)
      throw new UserError(`unable to parse ${JSON.stringify(flags.patch)}: ${error.message}`);
    throw error;
  }
}

function locallyPatched(
  object: ApiObject,
  body: JsonValue,
  kind: PatchKind,
  mapping: LoadedObject["mapping"],
): ApiObject {
  const patched = patchedValue(object, body, kind, mapping);
  if (!isJsonObject(patched)) throw new UserError("the patched object is no object any more");
  return patched;
}

function patchedValue(
  object: ApiObject,
  body: JsonValue,
  kind: PatchKind,
  mapping: LoadedObject["mapping"],
): JsonValue {
  if (kind === "merge") return applyMergePatch(object, body);
  if (kind === "json") {
    try {
      return applyJsonPatch(object, parseJsonPatch(body));
    } catch (error) {
      if (error instanceof JsonPatchError) throw new UserError(error.message);
      throw error;
    }
  }
  const definition = definitionOf(mapping);
  if (definition === undefined) {
    const { group, version } = mapping;
    const gvk = `${group === "" ? "" : `${group}/`}${version}, Kind=${mapping.kind}`;
    throw new UserError(`strategic merge patch is not supported for ${gvk} locally, try --type merge`);
  }
  if (!isJsonObject(body)) throw new UserError("a strategic merge patch must be an object");
  return applyStrategicMerge(definition, object, body);
}
