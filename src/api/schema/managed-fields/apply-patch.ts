import type { JsonObject, JsonValue } from "../../../lib/json/json-value.ts";
import { jsonEqual } from "../../../lib/json/json-value.ts";
import type { KubeObject } from "../../resource-type.ts";
import { apiVersionOf } from "../../resource-type.ts";
import type { ObjectSchema } from "../object-schema.ts";
import type { GroupVersionKind } from "../schema.ts";
import { checkAppliedObject } from "./applied-object.ts";
import { applyConflict, type Conflict } from "./apply-conflict.ts";
import type { FieldSet } from "./field-set.ts";
import { difference, intersection, isEmpty, isSameSet, recursiveDifference, union } from "./field-set.ts";
import { isHandedOver, withLastApplied } from "./last-applied.ts";
import type { Manager, Managers } from "./managers.ts";
import { entriesOf, managerKey, managersFrom } from "./managers.ts";
import { mergeObjects, withoutFields, withStructs } from "./merge-objects.ts";
import type { NodeType } from "./node-type.ts";
import { appliedFields } from "./object-fields.ts";
import { resetFields, SYSTEM_FIELDS } from "./system-fields.ts";
import { afterChanges, comparison } from "./track-update.ts";

export interface ApplyRequest {
  readonly schema: ObjectSchema;
  readonly type: GroupVersionKind;
  /** Undefined: the object is created. */
  readonly live: Readonly<KubeObject> | undefined;
  /** The decoded body: what the manager wants, and nothing else. */
  readonly patch: JsonValue;
  readonly manager: string;
  /** Takes over fields that others own. */
  readonly force: boolean;
  readonly subresource: string;
  readonly hasStatusSubresource: boolean;
  /** RFC 3339. */
  readonly now: string;
}

/** Who owned the fields of an object that was not tracked before its first apply. */
const BEFORE_FIRST_APPLY = "before-first-apply";

/**
 * Server-side apply: lays the patch over the live object, takes away what the manager applied before and does not apply any
 * more, and notes who owns what (KEP-555). The result is in the canonical form of `decodeObject`, with managedFields; the
 * defaults of the kind are the caller's. When nothing changes, the times do not either.
 *
 * Throws ApiError: a conflict that names every field and its owner, or a bad request.
 */
export function applyPatch(request: ApplyRequest): JsonObject {
  const { schema, live, force, subresource } = request;
  const type = schema.nodeType();
  const config = checkAppliedObject(request);
  // Objects are JSON.
  const before = live ? (live as unknown as JsonObject) : schema.empty();
  const known = knownManagers(request, before);
  const applier: Manager = {
    name: request.manager,
    operation: "Apply",
    apiVersion: apiVersionOf(request.type),
    subresource,
    time: request.now,
    fields: recursiveDifference(appliedFields(config, type), resetFields(request)),
  };
  const key = managerKey(applier);
  const previous = known.get(key);
  const merged = mergeObjects(before, config, type);
  const wanted = previous ? withoutAbandoned(merged, type, previous.fields, appliedByAll(known, applier)) : merged;

  const others = new Map([...known].filter(([each]) => each !== key));
  const changes = comparison(schema, before, wanted);
  const conflicts = conflictsOf(others, union(changes.modified, changes.added), applier.apiVersion);
  const isAllowed = force || isHandedOver(request, conflicts);
  if (conflicts.length > 0 && !isAllowed) throw applyConflict(conflicts);

  const { object } = schema.decode(wanted);
  const isSame = live !== undefined && jsonEqual(object, live);
  const remaining = afterChanges(others, changes, applier.apiVersion);
  const entries = entriesOf(withApplier(remaining, applier, previous, isSame));
  return withLastApplied(withManagedFields(object, entries), config, request.manager);
}

function knownManagers({ schema, live, type, subresource }: ApplyRequest, before: JsonValue): Managers {
  const known = managersFrom(live?.metadata.managedFields) ?? new Map<string, Manager>();
  if (known.size > 0 || !live) return known;
  const { added, modified } = comparison(schema, schema.empty(), before);
  const fields = difference(union(added, modified), SYSTEM_FIELDS);
  if (isEmpty(fields)) return known;
  const apiVersion = apiVersionOf(type);
  const first = {
    name: BEFORE_FIRST_APPLY,
    operation: "Update",
    apiVersion,
    subresource,
    time: undefined,
    fields,
  } as const;
  return new Map([[managerKey(first), first]]);
}

/** What is applied by anyone, the new configuration included. */
function appliedByAll(known: Managers, applier: Manager): FieldSet {
  const key = managerKey(applier);
  const others = [...known].filter(([each, { operation }]) => each !== key && operation === "Apply");
  return union(applier.fields, ...others.map(([, { fields }]) => fields));
}

/** Without what the manager applied last time, does not apply now, and no other applier owns. */
function withoutAbandoned(merged: JsonValue, type: NodeType, last: FieldSet, applied: FieldSet): JsonValue {
  const abandoned = difference(withStructs(last, type), withStructs(applied, type));
  return isEmpty(abandoned) ? merged : withoutFields(merged, abandoned, type);
}

function conflictsOf(others: Managers, written: FieldSet, apiVersion: string): Conflict[] {
  return [...others.values()]
    .filter((manager) => manager.apiVersion === apiVersion)
    .map((manager) => ({ manager, fields: intersection(manager.fields, written) }))
    .filter(({ fields }) => !isEmpty(fields));
}

function withApplier(
  managers: Managers,
  applier: Manager,
  previous: Manager | undefined,
  isObjectSame: boolean,
): Managers {
  const fields = difference(applier.fields, SYSTEM_FIELDS);
  if (isEmpty(fields)) return managers;
  const isSame = isObjectSame && previous !== undefined && isSameSet(previous.fields, fields);
  const time = isSame ? previous.time : applier.time;
  return new Map(managers).set(managerKey(applier), { ...applier, fields, time });
}

function withManagedFields(object: JsonObject, entries: readonly unknown[]): JsonObject {
  // The schema has made sure that there is metadata, and entries are JSON.
  const metadata = { ...(object["metadata"] as JsonObject), managedFields: entries as JsonValue[] };
  return { ...object, metadata };
}
