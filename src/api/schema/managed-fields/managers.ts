import type { JsonValue } from "../../../lib/json/json-value.ts";
import type { ManagedFieldsEntry } from "../../types/meta-v1.ts";
import type { FieldSet } from "./field-set.ts";
import { fieldSetFrom, fieldsV1, union } from "./field-set.ts";

/** Who manages which fields of an object, as metadata.managedFields tells. */
export interface Manager {
  readonly name: string;
  readonly operation: Operation;
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time: string | undefined;
  readonly fields: FieldSet;
}

type Operation = "Apply" | "Update";

/** By `managerKey`. */
export type Managers = ReadonlyMap<string, Manager>;

type Identity = Pick<Manager, "name" | "operation" | "apiVersion" | "subresource">;

/** One program may update and apply, and each subresource counts by itself. An apply replaces what it applied in another version. */
export const managerKey = ({ name, operation, apiVersion, subresource }: Identity): string =>
  JSON.stringify([name, operation, operation === "Apply" ? "" : apiVersion, subresource]);

/** Undefined when an entry is not readable: upstream then goes on as if there were none. */
export function managersFrom(entries: readonly ManagedFieldsEntry[] | undefined): Managers | undefined {
  const managers = new Map<string, Manager>();
  for (const entry of entries ?? []) {
    const { manager: name = "", operation, apiVersion = "", subresource = "", time, fieldsType } = entry;
    // Free-form in the types, JSON in fact.
    const fields = fieldSetFrom((entry.fieldsV1 ?? {}) as JsonValue);
    if (operation !== "Apply" && operation !== "Update") return undefined;
    if (apiVersion === "" || fieldsType !== "FieldsV1" || !fields) return undefined;
    // The check above does not narrow the open type of enumerations.
    const manager: Manager = {
      name,
      operation: operation as Operation,
      apiVersion,
      subresource,
      time: time ?? undefined,
      fields,
    };
    managers.set(managerKey(manager), manager);
  }
  return managers;
}

/** In upstream's order: applies first, then by time and name. */
export function entriesOf(managers: Managers): ManagedFieldsEntry[] {
  return [...managers.values()].toSorted(inOrder).map(entryOf);
}

function entryOf({ name, operation, apiVersion, subresource, time, fields }: Manager): ManagedFieldsEntry {
  return {
    apiVersion,
    fieldsType: "FieldsV1",
    fieldsV1: fieldsV1(fields),
    ...(name === "" ? {} : { manager: name }),
    operation,
    ...(subresource === "" ? {} : { subresource }),
    ...(time === undefined ? {} : { time }),
  };
}

const inOrder = (a: Manager, b: Manager): number =>
  compare(a.operation, b.operation) ||
  compare(a.time ?? "", b.time ?? "") ||
  compare(a.name, b.name) ||
  compare(a.apiVersion, b.apiVersion) ||
  compare(a.subresource, b.subresource);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Upstream's limit for those that update. */
const MOST_UPDATERS = 10;
const BUCKET = "ancient-changes";

/** Puts the oldest updaters of a version into one entry when there are too many. */
export function withoutAncientUpdaters(managers: Managers): Managers {
  const updaters = [...managers.values()].filter(({ operation }) => operation === "Update").toSorted(inOrder);
  let count = updaters.length;
  if (count <= MOST_UPDATERS) return managers;
  const result = new Map(managers);
  const firstByVersion = new Map<string, Manager>();
  for (const manager of updaters) {
    if (count <= MOST_UPDATERS) break;
    const { apiVersion } = manager;
    const first = firstByVersion.get(apiVersion);
    if (!first) {
      firstByVersion.set(apiVersion, manager);
      continue;
    }
    const identity = { name: BUCKET, operation: "Update", apiVersion, subresource: "" } as const;
    const bucket = result.get(managerKey(identity)) ?? first;
    result.delete(managerKey(first));
    result.delete(managerKey(manager));
    const fields = union(bucket.fields, manager.fields);
    result.set(managerKey(identity), { ...identity, time: manager.time, fields });
    count--;
  }
  return result;
}
