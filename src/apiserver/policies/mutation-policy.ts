/** What a MutatingAdmissionPolicy makes of an object (apiserver/pkg/admission/plugin/policy/mutating/patch). */
import { internalError } from "../../api/api-error.ts";
import { TOTAL_BUDGET } from "../../api/cel/environment.ts";
import { type CompiledExpression, OutOfBudget, Review, type ReviewedRequest } from "../../api/cel/evaluation.ts";
import { checkMadeValue, checkTypeNames, OBJECT } from "../../api/cel/mutation-types.ts";
import { compiledCondition, compiledMutation, policyEnvironments } from "../../api/cel/policy-expressions.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import { DecodeError } from "../../api/schema/decode-error.ts";
import type { DecodedObject } from "../../api/schema/decode-object.ts";
import { mergeObjects } from "../../api/schema/managed-fields/merge-objects.ts";
import type { NodeType } from "../../api/schema/managed-fields/node-type.ts";
import type { ObjectSchema } from "../../api/schema/object-schema.ts";
import { unknownField } from "../../api/schema/strict-findings.ts";
import type { MutatingAdmissionPolicy, MutatingAdmissionPolicySpec } from "../../api/types/admissionregistration-v1.ts";
import { toJson } from "../../lib/cel/to-json.ts";
import { CelError, ListValue, MapValue, type Value } from "../../lib/cel/values.ts";
import { applyJsonPatch, JsonPatchTestError, parseJsonPatch } from "../../lib/json/json-patch.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../lib/json/json-value.ts";
import { errorText } from "../../lib/logger.ts";
import { matchRules, type MatchRules } from "../admission/matching.ts";

interface CompiledMutation {
  readonly patchType: string;
  readonly expression: CompiledExpression;
}

/** A policy with all that is compiled of it. */
export interface MutationPolicy {
  readonly name: string;
  readonly spec: MutatingAdmissionPolicySpec;
  readonly match: MatchRules;
  readonly conditions: readonly CompiledExpression[];
  readonly variables: ReadonlyMap<string, CompiledExpression>;
  readonly mutations: readonly CompiledMutation[];
}

/** A mutation that cannot be made. What that means for the request is for the failure policy to say. */
export class MutationError extends Error {
  override readonly name = "MutationError";
}

export function mutationPolicy(object: KubeObject): MutationPolicy {
  // The resource holds policies.
  const { metadata, spec = {} } = object as MutatingAdmissionPolicy;
  const { matchConstraints = {}, mutations = [], matchConditions = [] } = spec;
  const environments = policyEnvironments(spec.variables ?? [], spec.paramKind !== undefined);
  return {
    name: metadata.name ?? "",
    spec,
    match: matchRules({
      ...matchConstraints,
      rules: matchConstraints.resourceRules,
      excluded: matchConstraints.excludeResourceRules,
    }),
    conditions: matchConditions.map((condition) => compiledCondition(condition, environments)),
    variables: environments.byName,
    mutations: mutations.map(({ patchType, jsonPatch, applyConfiguration }) => ({
      patchType,
      expression: compiledMutation(
        (patchType === "JSONPatch" ? jsonPatch : applyConfiguration)?.expression ?? "",
        patchType,
        environments,
      ),
    })),
  };
}

/** The object of a request after one mutation, of the same schema; the argument is not changed. Throws MutationError. */
export function mutated(
  { variables }: MutationPolicy,
  { patchType, expression }: CompiledMutation,
  reviewed: ReviewedRequest,
  schema: ObjectSchema,
): JsonValue {
  // Objects are JSON.
  const object = reviewed.object as unknown as JsonObject;
  try {
    const { value, error } = new Review(reviewed, variables, TOTAL_BUDGET).evaluate(expression);
    if (error !== undefined) throw new MutationError(error);
    return patchType === "JSONPatch" ? patched(object, value, schema) : merged(object, value, schema);
  } catch (error) {
    if (error instanceof CelError || error instanceof OutOfBudget) throw new MutationError(error.message);
    throw error;
  }
}

function merged(object: JsonObject, value: Value, schema: ObjectSchema): JsonValue {
  checkTypeNames(value, OBJECT.name);
  const made = toJson(value);
  const { apiVersion, kind } = object;
  // The type of the expression is an object.
  const patch = { ...(made as JsonObject), apiVersion, kind } as JsonObject;
  const problem = (detail: string): MutationError => new MutationError(`error applying patch: ${detail}`);
  const problems = schema.problemsOf(patch);
  if (problems.length > 0) {
    const text = problems.length === 1 ? problems[0] : ["errors:", ...problems.map((each) => `  ${each}`)].join("\n");
    throw problem(`failed to convert patch object to typed object: ${text}`);
  }
  const atomics = atomicPlaces(patch, schema.nodeType(), "");
  if (atomics.length > 0) {
    throw problem(`invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${atomics.join(", ")}`);
  }
  return mergeObjects(object, patch, schema.nodeType());
}

/** Places where a merge would replace more than what the patch says. */
function atomicPlaces(value: JsonValue | undefined, type: NodeType, path: string): readonly string[] {
  const isCollection = Array.isArray(value) || isJsonObject(value);
  if (type.kind === "leaf") return isCollection ? [path] : [];
  if (type.kind === "list") {
    if (!Array.isArray(value)) return [];
    return value.flatMap((item, index) => atomicPlaces(item, type.items, `${path}[${index}]`));
  }
  // Keys of maps are not looked behind. Kubernetes does this too.
  if (!isJsonObject(value) || !type.isStruct) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const childType = type.field(key);
    return childType ? atomicPlaces(child, childType, `${path}.${key}`) : [];
  });
}

function patched(object: JsonObject, value: Value, schema: ObjectSchema): JsonValue {
  if (!(value instanceof ListValue)) {
    throw new MutationError("type mismatch: JSONPatchType.expression should evaluate to array");
  }
  const operations = [...value].map(operationOf);
  let made: JsonValue;
  try {
    made = applyJsonPatch(object, parseJsonPatch(operations));
  } catch (error) {
    if (error instanceof JsonPatchTestError) return object;
    throw new MutationError(`JSON Patch: ${errorText(error)}`);
  }
  if (schema.isCustom) return made;
  const { unknownFields } = decoded(made, schema);
  const problems = unknownFields.map(unknownField).join(", ");
  if (problems !== "") throw internalError(`strict decoding error: ${problems}`);
  return made;
}

function decoded(made: JsonValue, schema: ObjectSchema): DecodedObject {
  try {
    return schema.decode(made);
  } catch (error) {
    if (error instanceof DecodeError) throw internalError(error.message);
    throw error;
  }
}

function operationOf(value: Value): JsonObject {
  if (!(value instanceof MapValue)) {
    throw new MutationError("type mismatch: JSONPatchType.expression should evaluate to array of JSONPatch");
  }
  const own = value.get("value");
  if (own !== undefined) checkMadeValue(own);
  // What CEL values become is JSON.
  return toJson(value) as JsonObject;
}
