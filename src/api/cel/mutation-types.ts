/** Types by whose names expressions make patches (apiserver/pkg/cel/mutation). Which fields there are is not known, but where. */
import type { CelTypes } from "../../lib/cel/environment.ts";
import { type CelType, DYN, STRING, structType } from "../../lib/cel/types.ts";
import { EntryMap, type Value } from "../../lib/cel/values.ts";

const OBJECT = structType("Object");
const JSON_PATCH = structType("JSONPatch");

const PATCH_FIELDS: Readonly<Record<string, CelType>> = { op: STRING, path: STRING, from: STRING, value: DYN };

const isObject = (name: string): boolean => name === OBJECT.name || name.startsWith(`${OBJECT.name}.`);

/** An object or a part of one, made by `Object.spec{...}`. */
class MutationObject extends EntryMap {
  readonly #type: CelType;

  constructor(name: string, fields: Iterable<readonly [Value, Value]>) {
    super(fields);
    this.#type = structType(name);
  }

  override get type(): CelType {
    return this.#type;
  }
}

export const MUTATION_TYPES: CelTypes = {
  named: (name) => (isObject(name) || name === JSON_PATCH.name ? structType(name) : undefined),
  field(struct, field) {
    if (isObject(struct)) return DYN;
    return struct === JSON_PATCH.name ? PATCH_FIELDS[field] : undefined;
  },
  create(struct, fields) {
    return new MutationObject(struct, fields);
  },
};
