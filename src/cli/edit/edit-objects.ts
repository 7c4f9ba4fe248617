import { access, rm } from "node:fs/promises";
import { dirname } from "node:path";

import { ApiError } from "../../api/api-error.ts";
import { jsonEqual } from "../../lib/json/json-value.ts";
import { UserError } from "../../lib/user-error.ts";
import { decodeYaml, YamlError } from "../../lib/yaml/yaml.ts";
import { ExitError } from "../command.ts";
import { groupResource } from "../discovery/resource-mapping.ts";
import { messageOf } from "../error-message.ts";
import { readManifests } from "../manifests/read-manifests.ts";
import { type ApiObject, metadataOf, namespaceOf, textIn, withMetadata } from "../objects/api-object.ts";
import type { LoadedObject } from "../objects/load-objects.ts";
import { jsonPrinter, yamlPrinter } from "../printers/object-printer.ts";
import type { Session } from "../session.ts";
import { editHeader, type EditReason, hasContent, withoutComments } from "./edit-text.ts";
import { editInFile } from "./editor.ts";

/** What is edited, and what becomes of it. */
export interface Editing {
  readonly subject: "object" | "last-applied";
  readonly format: "yaml" | "json";
  readonly windowsLineEndings: boolean;
  /** `kube` or `kubectl`, for the name of the file and for advice. */
  readonly program: string;
  /** Sends one edited object and tells of it. What the server refuses is thrown. */
  save(edited: ApiObject, original: LoadedObject | undefined): Promise<void>;
}

interface Failure {
  readonly kind: "invalid" | "not-found" | "other";
  readonly text: string;
  readonly reason: EditReason;
}

/** Opens the objects in the user's editor, again and again until what is saved is accepted or given up. */
export async function editObjects(objects: readonly LoadedObject[], editing: Editing, session: Session): Promise<void> {
  const { context } = session;
  const tell = (text: string): void => void context.stderr.write(`${text}\n`);
  const printed = printedObjects(objects, editing);
  let reasons: readonly EditReason[] = [];
  let shown = printed;
  let earlier: string | undefined;
  let file: string | undefined;
  for (;;) {
    const header = editing.format === "json" ? "" : editHeader(editing.subject, reasons);
    const text = header + shown;
    // oxlint-disable-next-line no-await-in-loop -- the user edits until it is right
    const edited = await editInFile(
      editing.windowsLineEndings ? text.replaceAll("\n", "\r\n") : text,
      { prefix: `${editing.program}-edit-`, extension: `.${editing.format}` },
      context,
    );
    // oxlint-disable-next-line no-await-in-loop -- the file before this one is no longer needed
    await removeFile(file);
    file = edited.path;
    const bare = withoutComments(edited.text.replaceAll("\r\n", "\n"));
    // oxlint-disable-next-line no-await-in-loop -- tells the user where the file is
    if (bare === earlier)
      throw await preserved(new UserError("Edit cancelled, no valid changes were saved."), file, tell);
    if (isSame(bare, printed)) {
      tell("Edit cancelled, no changes made.");
      return await removeFile(file);
    }
    if (!hasContent(bare)) {
      tell("Edit cancelled, saved file was empty.");
      return await removeFile(file);
    }
    const parsed = parsedObjects(bare, objects);
    if ("failure" in parsed) {
      if (parsed.failure.text !== "") tell(parsed.failure.text);
      reasons = [parsed.failure.reason];
      shown = bare;
      earlier = bare;
      continue;
    }
    // oxlint-disable-next-line no-await-in-loop -- before the file is opened again
    const failures = await saveAll(parsed.objects, objects, editing, session).catch(async (error: unknown) => {
      throw await preserved(error, file, tell);
    });
    for (const failure of failures) tell(failure.text);
    if (failures.some(({ kind }) => kind === "other")) {
      tell(`You can run \`${editing.program} replace -f ${file}\` to try this update again.`);
      throw new ExitError(1);
    }
    if (failures.some(({ kind }) => kind === "not-found")) {
      tell(`The edits you made on deleted resources have been saved to ${JSON.stringify(file)}`);
      throw new ExitError(1);
    }
    if (failures.length === 0) return await removeFile(file);
    reasons = failures.map(({ reason }) => reason);
    shown = bare;
    earlier = bare;
  }
}

function printedObjects(objects: readonly LoadedObject[], { format }: Editing): string {
  const items = objects.map(({ object }) => withoutManagedFields(object));
  const [only] = items;
  const shown: ApiObject = items.length === 1 && only ? only : { apiVersion: "v1", items, kind: "List", metadata: {} };
  return format === "json" ? jsonPrinter()(shown) : yamlPrinter()(shown);
}

export const withoutManagedFields = (object: ApiObject): ApiObject =>
  withMetadata(object, { managedFields: undefined });

/** The same but for comments and layout. */
function isSame(edited: string, printed: string): boolean {
  try {
    return jsonEqual(decodeYaml(edited).value, decodeYaml(printed).value);
  } catch (error) {
    if (error instanceof YamlError) return false;
    throw error;
  }
}

function parsedObjects(
  text: string,
  [first]: readonly LoadedObject[],
): { readonly objects: readonly ApiObject[] } | { readonly failure: Failure } {
  try {
    const found = [...readManifests(text, "edited-file", { validates: true })].map(({ object }) => object);
    return { objects: found };
  } catch (error) {
    if (!(error instanceof UserError) || !first) throw error;
    const resource = groupResource(first.mapping);
    const detail = `: Invalid value: "The edited file failed validation": ${error.message.replace(/^error parsing edited-file: /, "")}`;
    return {
      failure: {
        kind: "invalid",
        text: `error: ${resource} ${JSON.stringify(first.name)} is invalid`,
        reason: { head: `${resource} ${JSON.stringify(first.name)} was not valid`, details: [detail] },
      },
    };
  }
}

async function saveAll(
  edited: readonly ApiObject[],
  originals: readonly LoadedObject[],
  editing: Editing,
  session: Session,
): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  const { namespace } = await session.target();
  for (const object of edited) {
    const original = originalOf(object, originals, editing);
    const own = namespaceOf(object);
    if (original?.mapping.namespaced && own !== "" && own !== original.namespace)
      throw new UserError(
        `the namespace from the provided object ${JSON.stringify(own)} does not match the namespace ${JSON.stringify(namespace)}. You must pass '--namespace=${own}' to perform this operation.`,
      );
    try {
      // oxlint-disable-next-line no-await-in-loop -- told in order
      await editing.save(object, original);
    } catch (error) {
      if (!(error instanceof ApiError) || !original) throw error;
      failures.push(failureOf(error, original));
    }
  }
  return failures;
}

function originalOf(object: ApiObject, originals: readonly LoadedObject[], { subject }: Editing): LoadedObject {
  const key = (each: ApiObject): string =>
    subject === "object" ? textIn(metadataOf(each), "uid") : textIn(metadataOf(each), "name");
  const original = originals.find((each) => key(each.object) === key(object));
  if (original) return original;
  throw new UserError(`no original object found for ${JSON.stringify(textIn(metadataOf(object), "name"))}`);
}

function failureOf(error: ApiError, { mapping, name }: LoadedObject): Failure {
  const named = `${groupResource(mapping)} ${JSON.stringify(name)}`;
  if (error.reason === "Invalid") {
    const details = (error.status.details?.causes ?? []).map(({ field = "", message = "" }) => `${field}: ${message}`);
    return { kind: "invalid", text: `error: ${named} is invalid`, reason: { head: `${named} was not valid`, details } };
  }
  const reason = { head: "", details: [] };
  if (error.reason === "NotFound")
    return { kind: "not-found", text: `error: ${named} could not be found on the server`, reason };
  return { kind: "other", text: `error: ${named} could not be patched: ${error.message}`, reason };
}

async function preserved(error: unknown, file: string | undefined, tell: (text: string) => void): Promise<unknown> {
  if (file !== undefined && (await exists(file)))
    tell(`A copy of your changes has been stored to ${JSON.stringify(file)}`);
  return error instanceof Error ? error : new Error(messageOf(error));
}

const exists = async (path: string): Promise<boolean> =>
  await access(path).then(
    () => true,
    () => false,
  );

async function removeFile(path: string | undefined): Promise<void> {
  if (path !== undefined) await rm(dirname(path), { recursive: true, force: true });
}
