import { goJson } from "../../../lib/json/json-text.ts";
import type { JsonObject, JsonValue } from "../../../lib/json/json-value.ts";
import { isJsonObject } from "../../../lib/json/json-value.ts";
import { parseJson } from "../../../lib/json/strict-json.ts";
import { apiVersionOf } from "../../resource-type.ts";
import type { Conflict } from "./apply-conflict.ts";
import type { ApplyRequest } from "./apply-patch.ts";
import { compareObjects } from "./compare-objects.ts";
import { difference, isEmpty, union } from "./field-set.ts";
import { appliedFields } from "./object-fields.ts";

/*
 * How kubectl moves from client-side to server-side apply: upstream's lastAppliedManager and lastAppliedUpdater.
 */

const ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";
const KUBECTL = "kubectl";

/** Whether all conflicts are over fields that kubectl itself applied on the client's side and nobody has changed since. */
export function isHandedOver(
  { schema, type, live, manager }: Pick<ApplyRequest, "schema" | "type" | "live" | "manager">,
  conflicts: readonly Conflict[],
): boolean {
  if (manager !== KUBECTL || !live) return false;
  const lastApplied = parsed(live.metadata.annotations?.[ANNOTATION] ?? "");
  if (!lastApplied || lastApplied["apiVersion"] !== apiVersionOf(type)) return false;
  const nodeType = schema.nodeType();
  // Objects are JSON.
  const { added, modified, removed } = compareObjects(lastApplied, live as unknown as JsonObject, nodeType);
  const unchanged = difference(appliedFields(lastApplied, nodeType), union(added, modified, removed));
  return conflicts.every(({ fields }) => isEmpty(difference(fields, unchanged)));
}

function parsed(text: string): JsonObject | undefined {
  if (text === "") return undefined;
  try {
    const value: JsonValue = parseJson(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    // A client wrote it: text that is no JSON says nothing about what was applied.
    return undefined;
  }
}

/** Keeps the annotation of client-side apply true when kubectl applies on the server's side. */
export function withLastApplied(object: JsonObject, config: JsonObject, manager: string): JsonObject {
  const { metadata } = object;
  if (manager !== KUBECTL || !isJsonObject(metadata)) return object;
  const { annotations } = metadata;
  if (!isJsonObject(annotations) || !annotations[ANNOTATION]) return object;
  const lastApplied = `${goJson(withoutAnnotation(config))}\n`;
  return { ...object, metadata: { ...metadata, annotations: { ...annotations, [ANNOTATION]: lastApplied } } };
}

function withoutAnnotation(config: JsonObject): JsonObject {
  const { metadata } = config;
  if (!isJsonObject(metadata) || !isJsonObject(metadata["annotations"])) return config;
  const { [ANNOTATION]: _, ...annotations } = metadata["annotations"];
  return { ...config, metadata: { ...metadata, annotations } };
}
