import type { Field, ValueType } from "./schema.ts";
import { findDefinition } from "./schema.ts";

/** What strategic merge has to know of one field. Fields that the schema does not know merge as plain JSON. */
export interface MergeField {
  /** The type of the field's value; for lists of the items. */
  readonly type: ValueType | undefined;
  readonly mergesList: boolean;
  readonly replaces: boolean;
  readonly retainsKeys: boolean;
  /** Of the items of a list that merges; absent for lists of scalars. */
  readonly mergeKey: string | undefined;
}

const PLAIN: MergeField = {
  type: undefined,
  mergesList: false,
  replaces: false,
  retainsKeys: false,
  mergeKey: undefined,
};

/** The field `key` of an object of that type. */
export function mergeField(type: ValueType | undefined, key: string): MergeField {
  if (type?.values) return { ...PLAIN, type: type.values };
  if (type?.ref === undefined) return PLAIN;
  const field: Field | undefined = findDefinition(type.ref)?.properties?.[key];
  if (!field) return PLAIN;
  const strategies = field.patchStrategy?.split(",") ?? [];
  return {
    type: field.items ?? field,
    mergesList: strategies.includes("merge"),
    replaces: strategies.includes("replace"),
    retainsKeys: strategies.includes("retainKeys"),
    mergeKey: field.patchMergeKey,
  };
}
