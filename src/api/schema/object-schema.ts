import type { JsonObject, JsonValue } from "../../lib/json/json-value.ts";
import { DecodeError } from "./decode-error.ts";
import { decodeObject, type DecodedObject } from "./decode-object.ts";
import { nodeTypeOf, type NodeType } from "./managed-fields/node-type.ts";

/**
 * What the objects of a kind look like. Whoever reads bodies, merges patches and keeps account of who owns which field asks
 * this and nothing else, so that kinds of the facts and kinds that users define go the same way.
 */
export interface ObjectSchema {
  /** A value in the canonical form of the kind, with every field it does not know. Throws DecodeError. */
  readonly decode: (value: unknown) => DecodedObject;
  /** How server-side apply looks at the object. Asked for when it is needed: most requests do not need it. */
  readonly nodeType: () => NodeType;
  /** What an object has that says nothing. */
  readonly empty: () => Readonly<JsonObject>;
  /** What does not fit in the configuration of a server-side apply. */
  readonly problemsOf: (applied: JsonObject) => readonly string[];
  /** By whose merge keys strategic patches merge; undefined: the kind knows no such patches. */
  readonly definition: string | undefined;
  /** Of a CustomResourceDefinition: the types of values are a matter of validation, not of decoding. */
  readonly isCustom: boolean;
}

// A memory of what follows from the constant facts.
const builtIn = new Map<string, ObjectSchema>();

/** The schema of a definition of the facts. */
export function builtInSchema(definition: string): ObjectSchema {
  const known = builtIn.get(definition);
  if (known) return known;
  let empty: Readonly<JsonObject> | undefined;
  const schema: ObjectSchema = {
    decode: (value) => decodeObject(definition, value),
    nodeType: () => nodeTypeOf(definition),
    // What is always written belongs to nobody; nobody changes the object.
    empty: () => (empty ??= decodeObject(definition, {}).object),
    problemsOf: (applied) => problemsOf(definition, applied),
    definition,
    isCustom: false,
  };
  builtIn.set(definition, schema);
  return schema;
}

function problemsOf(definition: string, applied: JsonValue): readonly string[] {
  try {
    const { unknownFields } = decodeObject(definition, applied);
    return unknownFields.map((field) => `.${field}: field not declared in schema`);
  } catch (error) {
    if (error instanceof DecodeError) return [error.message];
    throw error;
  }
}
