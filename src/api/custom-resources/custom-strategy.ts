import type { JsonObject, JsonValue } from "../../lib/json/json-value.ts";
import { cloneJson, isJsonObject } from "../../lib/json/json-value.ts";
import { FieldErrors } from "../field-errors.ts";
import type { StatusSubresource, Strategy } from "../kind.ts";
import { labelKeyProblems } from "../names.ts";
import { apiVersionOf, type KubeObject, type ResourceType } from "../resource-type.ts";
import type { CustomResourceDefinitionVersion, CustomResourceSubresourceScale } from "../types/apiextensions-v1.ts";
import type { CustomSchema } from "./custom-schema.ts";
import { validateEmbedded } from "./embedded-validation.ts";
import { validateLists } from "./list-validation.ts";
import { validateRules } from "./rule-evaluation.ts";
import { specifiedPath } from "./simple-path.ts";
import { propertyOf } from "./structural.ts";
import { validateValue } from "./value-validation.ts";

/** How writes of custom resources are prepared and checked (apiextensions-apiserver/pkg/registry/customresource/strategy.go). */
export function customStrategy(
  type: ResourceType,
  version: CustomResourceDefinitionVersion,
  schema: CustomSchema,
): Strategy<KubeObject> {
  const scale = version.subresources?.scale;
  return {
    nameFormat: "dns-subdomain",
    allowsUnconditionalUpdate: false,
    allowsCreateOnUpdate: false,
    desiredState: ({ metadata: _metadata, ...rest }) => rest,
    validate(object, errors, old) {
      const typeErrors = kindErrors(object, type);
      if (!typeErrors.isEmpty) {
        // What is of another kind is not looked at any further.
        errors.errors.splice(0, errors.errors.length, ...typeErrors.errors);
        return;
      }
      const { root } = schema;
      const value = asJson(object);
      if (root) validateValue(value, root, errors, { old: old && asJson(old) });
      if (scale) validateScale(object, scale, errors);
      if (!root) return;
      validateEmbedded(value, root, "", errors);
      validateListsUnlessOld(value, old && asJson(old), schema, errors);
      checkRules(value, old && asJson(old), schema, errors);
    },
    warnings: finalizerWarnings,
  };
}

/** Writes of the status of custom resources. */
export function customStatus(
  version: CustomResourceDefinitionVersion,
  schema: CustomSchema,
): StatusSubresource<KubeObject> {
  const scale = version.subresources?.scale;
  return {
    name: "status",
    prepareUpdate(draft, old) {
      const { managedFields } = draft.metadata;
      draft.metadata = cloneJson(old.metadata);
      if (managedFields) draft.metadata.managedFields = managedFields;
      else delete draft.metadata.managedFields;
    },
    validateUpdate(object, old, errors) {
      const { root } = schema;
      const statusSchema = root && propertyOf(root, "status");
      const { status } = asJson(object);
      const oldStatus = asJson(old)["status"];
      if (statusSchema && status !== undefined) {
        validateValue(status, statusSchema, errors, { parent: "status", old: oldStatus });
      }
      if (scale) validateStatusScale(object, scale, errors);
      if (!root) return;
      validateListsUnlessOld(asJson(object), asJson(old), schema, errors);
      checkRules(asJson(object), asJson(old), schema, errors);
    },
  };
}

/** Objects are JSON. */
const asJson = (object: Readonly<KubeObject>): JsonObject => object as unknown as JsonObject;

function kindErrors(object: KubeObject, type: ResourceType): FieldErrors {
  const errors = new FieldErrors();
  if (object.kind !== type.kind) errors.invalid("kind", object.kind, `must be ${type.kind}`);
  const apiVersion = apiVersionOf(type);
  if (object.apiVersion !== apiVersion) errors.invalid("apiVersion", object.apiVersion, `must be ${apiVersion}`);
  return errors;
}

/** Lists that break the rules already may go on doing so. */
function validateListsUnlessOld(
  value: JsonObject,
  old: JsonObject | undefined,
  { root }: CustomSchema,
  errors: FieldErrors,
): void {
  if (!root) return;
  const oldErrors = new FieldErrors();
  if (old) validateLists(old, root, "", oldErrors);
  if (oldErrors.isEmpty) validateLists(value, root, "", errors);
}

const BLOCKING: ReadonlySet<string> = new Set([
  "FieldValueNotSupported",
  "FieldValueRequired",
  "FieldValueTooLong",
  "FieldValueTooMany",
  "FieldValueTypeInvalid",
]);

/** Rules count on the shape of an object: what is of a wrong shape is not checked by them. */
function checkRules(
  value: JsonObject,
  old: JsonObject | undefined,
  { rules }: CustomSchema,
  errors: FieldErrors,
): void {
  const tree = rules();
  if (!tree) return;
  if (!errors.errors.some(({ reason }) => BLOCKING.has(reason))) {
    validateRules(value, old, tree, "", errors);
    return;
  }
  errors.invalid(
    "<nil>",
    null,
    "some validation rules were not checked because the object was invalid; correct the existing errors to complete validation",
  );
}

function validateScale(object: KubeObject, scale: CustomResourceSubresourceScale, errors: FieldErrors): void {
  validateReplicas(object, scale.specReplicasPath, errors);
  validateStatusScale(object, scale, errors);
}

function validateStatusScale(object: KubeObject, scale: CustomResourceSubresourceScale, errors: FieldErrors): void {
  validateReplicas(object, scale.statusReplicasPath, errors);
  const { labelSelectorPath } = scale;
  if (labelSelectorPath === undefined) return;
  const selector = specifiedPath(labelSelectorPath).read(object);
  if (selector === undefined || typeof selector === "string") return;
  errors.invalid(labelSelectorPath, "", accessorError(labelSelectorPath, selector, "string"));
}

const MAX_REPLICAS = 2 ** 31 - 1;

function validateReplicas(object: KubeObject, path: string, errors: FieldErrors): void {
  const replicas = specifiedPath(path).read(object);
  if (replicas === undefined) return;
  if (typeof replicas !== "number" || !Number.isInteger(replicas)) {
    errors.invalid(path, 0, accessorError(path, replicas, "int64"));
  } else if (replicas < 0) errors.invalid(path, replicas, "should be a non-negative integer");
  else if (replicas > MAX_REPLICAS) errors.invalid(path, replicas, `should be less than or equal to ${MAX_REPLICAS}`);
}

function accessorError(path: string, value: JsonValue, expected: string): string {
  return `${path} accessor error: ${JSON.stringify(value)} is of the type ${goTypeName(value)}, expected ${expected}`;
}

function goTypeName(value: JsonValue): string {
  if (value === null) return "<nil>";
  if (Array.isArray(value)) return "[]interface {}";
  if (isJsonObject(value)) return "map[string]interface {}";
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  return typeof value === "boolean" ? "bool" : "string";
}

const STANDARD_FINALIZERS: ReadonlySet<string> = new Set(["orphan", "foregroundDeletion", "kubernetes"]);

/** New finalizers whose names others might use too. */
function finalizerWarnings({ metadata }: KubeObject, old: KubeObject | undefined): readonly string[] {
  const before = new Set(old?.metadata.finalizers);
  return (metadata.finalizers ?? [])
    .filter((finalizer) => !before.has(finalizer))
    .toSorted()
    .flatMap((finalizer) => {
      const told = `metadata.finalizers: ${JSON.stringify(finalizer)}:`;
      const problems = labelKeyProblems(finalizer).map((problem) => `${told} ${problem}`);
      if (finalizer.includes("/") || STANDARD_FINALIZERS.has(finalizer)) return problems;
      const advice = finalizer.includes(".")
        ? "prefer a domain-qualified finalizer name including a path (/) to avoid accidental conflicts with other finalizer writers"
        : "prefer a domain-qualified finalizer name to avoid accidental conflicts with other finalizer writers";
      return [...problems, `${told} ${advice}`];
    });
}
