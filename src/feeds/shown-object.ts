import { isJsonObject, type JsonObject } from "../lib/json/json-value.ts";
import { objectIn } from "./table-rows.ts";

export interface ObjectFolding {
  readonly showsManagedFields: boolean;
  readonly showsSecrets: boolean;
}

export const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** An object as people want to read it: managedFields folded away; values of a Secret hidden until asked for, and then readable. */
export function shownObject(object: JsonObject, folding: ObjectFolding): JsonObject {
  return withoutSecrets(withoutManagedFields(object, folding), folding);
}

function withoutManagedFields(object: JsonObject, { showsManagedFields }: ObjectFolding): JsonObject {
  const { managedFields, ...metadata } = objectIn(object, "metadata");
  return showsManagedFields || managedFields === undefined ? object : { ...object, metadata };
}

function withoutSecrets(object: JsonObject, { showsSecrets }: ObjectFolding): JsonObject {
  if (object["kind"] !== "Secret" || !isJsonObject(object["data"])) return object;
  const values = Object.entries(object["data"]).map(([key, value]) => [
    key,
    showsSecrets && typeof value === "string" ? Buffer.from(value, "base64").toString("utf8") : "••••••",
  ]);
  const { [LAST_APPLIED]: applied, ...annotations } = objectIn(objectIn(object, "metadata"), "annotations");
  // What was applied has the values too.
  const metadata =
    showsSecrets || applied === undefined ? {} : { metadata: { ...objectIn(object, "metadata"), annotations } };
  return { ...object, ...metadata, data: Object.fromEntries(values) as JsonObject };
}
