import type { JsonValue } from "../../../lib/json/json-value.ts";
import type { KubeObject } from "../../resource-type.ts";
import type { ManagedFieldsEntry, ObjectMeta } from "../../types/meta-v1.ts";
import type { ObjectSchema } from "../object-schema.ts";
import type { Comparison } from "./compare-objects.ts";
import { compareObjects } from "./compare-objects.ts";
import { difference, EMPTY, intersection, isEmpty, recursiveDifference, union } from "./field-set.ts";
import type { Manager, Managers } from "./managers.ts";
import { entriesOf, managerKey, managersFrom, withoutAncientUpdaters } from "./managers.ts";
import { resetFields, SYSTEM_FIELDS } from "./system-fields.ts";

export interface UpdateToTrack {
  readonly schema: ObjectSchema;
  /** Undefined when the object is being created. */
  readonly live: Readonly<KubeObject> | undefined;
  /** What is about to be stored, with the managedFields that the client sent, if any. */
  readonly updated: Readonly<KubeObject>;
  readonly manager: string;
  /** Empty for the object itself. */
  readonly subresource: string;
  /** Whether the kind keeps its status behind a subresource. */
  readonly hasStatusSubresource: boolean;
  /** RFC 3339. */
  readonly now: string;
}

/**
 * metadata.managedFields after a create, update or patch: who writes owns what changed, others lose what changed under them.
 * Call it with the complete objects, in canonical form and before admission, whose changes belong to nobody. A write that
 * changes nothing gives the entries of the live object, times included. Pure; the objects are not changed.
 */
export function trackUpdate(update: UpdateToTrack): ManagedFieldsEntry[] | undefined {
  const { live, updated } = update;
  const known = knownManagers(update);
  // An object that was never tracked stays so until the first apply (upstream's skipNonAppliedManager).
  if (known.size === 0 && live) return undefined;
  const before = live ?? update.schema.empty();
  const changes = comparison(update.schema, before, updated);
  const entries = entriesOf(withoutAncientUpdaters(withAuthor(known, changes, update)));
  return entries.length === 0 ? undefined : entries;
}

function withAuthor(known: Managers, changes: Comparison, update: UpdateToTrack): Managers {
  const { manager: name, subresource, now: time } = update;
  const { apiVersion } = update.updated;
  const managers = afterChanges(known, changes, apiVersion);
  const written = union(changes.modified, changes.added);
  const owned = difference(recursiveDifference(written, resetFields(update)), SYSTEM_FIELDS);
  if (isEmpty(owned)) return managers;
  const author = { name: name === "" ? "unknown" : name, operation: "Update", apiVersion, subresource } as const;
  const key = managerKey(author);
  return managers.set(key, { ...author, time, fields: union(owned, managers.get(key)?.fields ?? EMPTY) });
}

/** What the client sent counts, unless it is nothing, or is unreadable, or came to a subresource. */
function knownManagers({ live, updated, subresource }: UpdateToTrack): Managers {
  const sent = subresource === "" ? updated.metadata.managedFields : undefined;
  if (isReset(sent)) return new Map();
  const fromClient = managersFrom(sent);
  if (fromClient && fromClient.size > 0) return fromClient;
  return managersFrom(live?.metadata.managedFields) ?? new Map();
}

/** `[{}]`: how a client asks to forget everything. */
const isReset = (sent: ObjectMeta["managedFields"]): boolean =>
  sent?.length === 1 && Object.values(sent[0] ?? {}).every((value) => value === undefined);

export const comparison = ({ nodeType }: ObjectSchema, before: unknown, after: unknown): Comparison =>
  // Objects are JSON.
  compareObjects(before as JsonValue, after as JsonValue, nodeType());

/** The managers with what is still theirs after a change by somebody else. */
export function afterChanges(known: Managers, changes: Comparison, apiVersion: string): Map<string, Manager> {
  const written = union(changes.modified, changes.added);
  const managers = new Map<string, Manager>();
  for (const [key, manager] of known) {
    // Of fields in another version we cannot say what became of them.
    const isComparable = manager.apiVersion === apiVersion;
    const lost = isComparable ? union(intersection(manager.fields, written), changes.removed) : EMPTY;
    const fields = difference(manager.fields, lost);
    if (!isEmpty(fields)) managers.set(key, { ...manager, fields });
  }
  return managers;
}
