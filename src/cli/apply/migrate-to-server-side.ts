import { isApiError } from "../../api/api-error.ts";
import type { ManagedFieldsEntry } from "../../api/types/meta-v1.ts";
import type { HttpsTransport } from "../../client/https-transport.ts";
import { isJsonObject, type JsonObject } from "../../lib/json/json-value.ts";
import { apiVersionOfMapping, type ResourceMapping } from "../discovery/resource-mapping.ts";
import { type ApiObject, annotationsOf, metadataOf, resourceVersionOf } from "../objects/api-object.ts";
import { PATCH_TYPES, requestResource, type ResourceAddress } from "../objects/resource-requests.ts";
import { LAST_APPLIED } from "./last-applied.ts";

/** kubectl's managers for what apply does in the server, and for the annotation of what it did before. */
const SERVER_SIDE_MANAGER = "kubectl";
const ANNOTATION_MANAGER = "kubectl-last-applied";
const MOST_ATTEMPTS = 5;

interface MigrationTarget extends ResourceAddress {
  readonly mapping: ResourceMapping;
  readonly name: string;
}

/**
 * Makes an object that was applied by the client one that is applied by the server: the annotation gets a manager of its own,
 * so that the next apply does not take it away, and what `kubectl apply` managed goes over to `manager`. True when fields
 * changed hands: the object is then to be applied once more, so that what the manifest dropped can go. As client-go's csaupgrade.
 */
export async function migrateToServerSide(
  transport: HttpsTransport,
  target: MigrationTarget,
  applied: ApiObject,
  manager: string,
): Promise<boolean> {
  let current = await keepAnnotation(transport, target, applied, manager);
  for (let attempt = 1; ; attempt++) {
    const managedFields = migratedFields(managedFieldsOf(current), manager);
    if (!managedFields) return false;
    const body = [
      { op: "replace", path: "/metadata/managedFields", value: managedFields },
      { op: "replace", path: "/metadata/resourceVersion", value: resourceVersionOf(current) },
    ];
    try {
      // oxlint-disable-next-line no-await-in-loop -- an attempt follows a conflict
      await requestResource(transport, target, { method: "PATCH", contentType: PATCH_TYPES.json, body });
      return true;
    } catch (error) {
      if (!isApiError(error, "Conflict") || attempt >= MOST_ATTEMPTS) throw error;
      // oxlint-disable-next-line no-await-in-loop -- before the next attempt
      current = await requestResource(transport, target, { method: "GET" });
    }
  }
}

async function keepAnnotation(
  transport: HttpsTransport,
  target: MigrationTarget,
  applied: ApiObject,
  manager: string,
): Promise<ApiObject> {
  const annotation = annotationsOf(applied)[LAST_APPLIED];
  const isApplied = managedFieldsOf(applied).some((entry) => entry.operation === "Apply" && ownsAnnotation(entry));
  if (manager !== SERVER_SIDE_MANAGER || annotation === undefined || isApplied) return applied;
  const { mapping, namespace, name } = target;
  const metadata = { name, ...(namespace === "" ? {} : { namespace }), annotations: { [LAST_APPLIED]: annotation } };
  return await requestResource(transport, target, {
    method: "PATCH",
    contentType: PATCH_TYPES.apply,
    query: { fieldManager: ANNOTATION_MANAGER },
    body: { apiVersion: apiVersionOfMapping(mapping), kind: mapping.kind, metadata },
  });
}

/** The entries with all of the client's managers joined with the server's; undefined when there is nothing to do. */
export function migratedFields(
  entries: readonly ManagedFieldsEntry[],
  manager: string,
): readonly ManagedFieldsEntry[] | undefined {
  const isOwn = ({ subresource = "" }: ManagedFieldsEntry): boolean => subresource === "";
  const clientManagers = new Set(
    entries
      .filter((entry) => entry.operation === "Update" && isOwn(entry) && ownsAnnotation(entry))
      .map((entry) => entry.manager),
  );
  const leaving = entries.filter(
    (entry) => entry.operation === "Update" && isOwn(entry) && clientManagers.has(entry.manager),
  );
  const target = entries.find((entry) => entry.operation === "Apply" && isOwn(entry) && entry.manager === manager);
  if (leaving.length === 0 || !target) return undefined;
  const fields = leaving.map((entry) => withoutAnnotation(fieldsOf(entry))).reduce(union, fieldsOf(target));
  return entries
    .filter((entry) => !leaving.includes(entry))
    .map((entry) => (entry === target ? { ...entry, fieldsV1: fields } : entry));
}

// Parse edge: the server writes these entries.
const managedFieldsOf = (object: ApiObject): readonly ManagedFieldsEntry[] =>
  (metadataOf(object)["managedFields"] ?? []) as unknown as readonly ManagedFieldsEntry[];

const fieldsOf = ({ fieldsV1 }: ManagedFieldsEntry): JsonObject => (isJsonObject(fieldsV1) ? fieldsV1 : {});

const ANNOTATION_FIELD = `f:${LAST_APPLIED}`;

function ownsAnnotation(entry: ManagedFieldsEntry): boolean {
  const metadata = fieldsOf(entry)["f:metadata"];
  const annotations = isJsonObject(metadata) ? metadata["f:annotations"] : undefined;
  return isJsonObject(annotations) && annotations[ANNOTATION_FIELD] !== undefined;
}

function withoutAnnotation(fields: JsonObject): JsonObject {
  const metadata = fields["f:metadata"];
  const annotations = isJsonObject(metadata) ? metadata["f:annotations"] : undefined;
  if (!isJsonObject(metadata) || !isJsonObject(annotations)) return fields;
  const { [ANNOTATION_FIELD]: _, ...rest } = annotations;
  return { ...fields, "f:metadata": { ...metadata, "f:annotations": rest } };
}

function union(left: JsonObject, right: JsonObject): JsonObject {
  const joined: JsonObject = { ...left };
  for (const [key, value] of Object.entries(right)) {
    const known = joined[key];
    joined[key] = isJsonObject(known) && isJsonObject(value) ? union(known, value) : (known ?? value ?? {});
  }
  return joined;
}
