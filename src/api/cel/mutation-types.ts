/** Types by whose names expressions make patches (apiserver/pkg/cel/mutation). Which fields there are is not known, but where. */
import type { CelTypes } from "../../lib/cel/environment.ts";
import { type CelType, DYN, STRING, structType } from "../../lib/cel/types.ts";
import { CelError, EntryMap, ListValue, MapValue, type Value } from "../../lib/cel/values.ts";

export const OBJECT = structType("Object");
export const JSON_PATCH = structType("JSONPatch");

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

/** The same for what was made by the name of a type; the value of a patch may be anything else. */
export const checkMadeValue = (value: Value): void => {
  if (value instanceof MutationObject) checkTypeNames(value, value.type.name);
};

/** Refuses `Object.spec{selector: Object.spec.wrong{}}`: the name of a type must be the path to its place. */
export function checkTypeNames(value: Value, path: string): void {
  if (value instanceof MutationObject && value.type.name !== path) {
    throw new CelError(
      `type mismatch: unexpected type name ${JSON.stringify(value.type.name)}, expected ${JSON.stringify(path)}, which matches field name path from root Object type`,
    );
  }
  if (value instanceof MapValue) {
    for (const key of value.keys()) {
      const below = value instanceof MutationObject ? `${path}.${key as string}` : path;
      checkTypeNames(value.get(key) ?? null, below);
    }
  } else if (value instanceof ListValue) {
    for (const each of value) checkTypeNames(each, path);
  }
}
