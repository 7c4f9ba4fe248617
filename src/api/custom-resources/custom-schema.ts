import type { JsonObject, JsonValue } from "../../lib/json/json-value.ts";
import { isJsonObject } from "../../lib/json/json-value.ts";
import { DecodeError } from "../schema/decode-error.ts";
import type { DecodedObject } from "../schema/decode-object.ts";
import { goKindOf } from "../schema/go-type.ts";
import type { NodeType } from "../schema/managed-fields/node-type.ts";
import type { ObjectSchema } from "../schema/object-schema.ts";
import type { JSONSchemaProps } from "../types/apiextensions-v1.ts";
import { appliedProblems } from "./applied-problems.ts";
import { customNodeType } from "./custom-node-type.ts";
import { canonicalMetadata, coerceEmbedded, type Malformed } from "./embedded-metadata.ts";
import { pruned, sorted } from "./pruned.ts";
import { ruleTree, type RuleTree } from "./rules.ts";
import { applyDefaults, withoutNulls } from "./structural.ts";

/** What the objects of one version of a CustomResourceDefinition look like. */
export interface CustomSchema extends ObjectSchema {
  readonly root: JSONSchemaProps | undefined;
  /** What rules there are, compiled when the first object is checked. */
  readonly rules: () => RuleTree | undefined;
  /** Fills in defaults. Changes its argument. */
  readonly fillIn: (draft: JsonObject) => void;
  /** As `decode`, for what was stored under an older schema, or comes from a conversion: nothing in it is refused. */
  readonly adopt: (value: JsonObject) => JsonObject;
}

/** `preservesAll`: definitions that were written before schemas had to be structural may keep everything. */
export function customSchema(root: JSONSchemaProps | undefined, preservesAll: boolean): CustomSchema {
  let nodeType: NodeType | undefined;
  const nodeTypeOf = (): NodeType => (nodeType ??= customNodeType(root, preservesAll));
  const decodeAs = (value: JsonValue, malformed: Malformed): DecodedObject =>
    decoded(value, root, preservesAll, malformed);
  let rules: { readonly tree: RuleTree | undefined } | undefined;
  return {
    root,
    rules: () => (rules ??= { tree: root && ruleTree(root, true) }).tree,
    // Bodies and patched objects are JSON values.
    decode: (value) => decodeAs(value as JsonValue, "refuse"),
    adopt: (value) => decodeAs(value, "drop").object,
    fillIn: (draft) => applyDefaults(draft, root),
    nodeType: nodeTypeOf,
    empty: () => ({ metadata: {} }),
    problemsOf: (applied) => appliedProblems(applied, root, nodeTypeOf()),
    definition: undefined,
    isCustom: true,
  };
}

function decoded(
  value: JsonValue,
  root: JSONSchemaProps | undefined,
  preservesAll: boolean,
  malformed: Malformed,
): DecodedObject {
  if (!isJsonObject(value)) {
    throw new DecodeError(`json: cannot unmarshal ${goKindOf(value)} into Go value of type map[string]interface {}`);
  }
  const inMetadata: string[] = [];
  const metadata = canonicalMetadata(value["metadata"] ?? {}, "metadata", inMetadata, malformed);
  const inObject: string[] = [];
  // A sorted object is an object.
  const known = preservesAll ? (sorted(value) as JsonObject) : pruned(value, root, inObject);
  const object = (preservesAll ? known : withoutNulls(known, root)) as JsonObject;
  const inEmbedded: string[] = [];
  if (root) coerceEmbedded(object, root, "", inEmbedded, malformed);
  return {
    object: withMetadata(object, metadata),
    unknownFields: [...inMetadata, ...inObject.toSorted(), ...inEmbedded.toSorted()],
  };
}

/** Keys stay in order. */
function withMetadata(object: JsonObject, metadata: JsonObject): JsonObject {
  if (object["metadata"] !== undefined) return { ...object, metadata };
  return sortedTop({ ...object, metadata });
}

const sortedTop = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1)));
