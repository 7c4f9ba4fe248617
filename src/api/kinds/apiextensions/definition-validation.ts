/** Upstream's apiextensions/validation/validation.go; the files beside this one have what belongs to a part of the spec. */
import { jsonEqual } from "../../../lib/json/json-value.ts";
import { APPROVAL_ANNOTATION, approvalState, isProtectedGroup } from "../../custom-resources/api-approval.ts";
import { partsOf } from "../../custom-resources/structural-validation.ts";
import { checkImmutable } from "../../field-checks.ts";
import { at, child, type FieldErrors } from "../../field-errors.ts";
import { dns1035LabelProblems, dnsSubdomainProblems } from "../../names.ts";
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
  JSONSchemaProps,
} from "../../types/apiextensions-v1.ts";
import { validateColumns } from "./column-validation.ts";
import { validateConversion } from "./conversion-validation.ts";
import { toleratedBefore, type Tolerated } from "./definition-ratcheting.ts";
import { hoistedSpec, type HoistedSpec } from "./hoisted-spec.ts";
import { validateNames, validateRequiredNames } from "./names-validation.ts";
import { validateSchema } from "./schema-validation.ts";
import { validateSelectableFields } from "./selectable-field-validation.ts";
import { validateSubresources } from "./subresource-validation.ts";

export function validateDefinition(
  definition: CustomResourceDefinition,
  errors: FieldErrors,
  old?: CustomResourceDefinition,
): void {
  const { metadata, spec, status } = definition;
  if (!old && metadata.name !== `${spec.names.plural}.${spec.group}`) {
    errors.invalid("metadata.name", metadata.name ?? "", `must be spec.names.plural+"."+spec.group`);
  }
  validateSpec(definition, errors, old);
  if (old) validateImmutable(spec, old, errors);
  if (status?.acceptedNames) validateNames(status.acceptedNames, "status.acceptedNames", errors);
  validateStoredVersions(definition, errors);
  validateApproval(definition, old, errors);
  if (spec.preserveUnknownFields && !old?.spec.preserveUnknownFields) {
    const detail =
      "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead";
    errors.invalid("spec.preserveUnknownFields", true, detail);
  }
}

export function validateDefinitionStatus(
  { status }: CustomResourceDefinition,
  _old: CustomResourceDefinition,
  errors: FieldErrors,
): void {
  if (status?.acceptedNames) validateNames(status.acceptedNames, "status.acceptedNames", errors);
}

function validateSpec(
  definition: CustomResourceDefinition,
  errors: FieldErrors,
  old: CustomResourceDefinition | undefined,
): void {
  const { spec } = definition;
  const hoisted = hoistedSpec(spec);
  const tolerated = toleratedBefore(definition, old);
  validateGroup(spec.group, errors);
  validateScope(spec.scope, errors);
  if (!tolerated.missingSchemas) validateSchemasThere(hoisted, errors);
  const needsStructure = !spec.preserveUnknownFields || usesExtensions(spec) || !tolerated.nonStructural;
  if (spec.preserveUnknownFields && someSchema(spec, (schema) => schema.default !== undefined)) {
    errors.invalid("spec.preserveUnknownFields", true, "must be false in order to use defaults in the schema");
  }
  for (const [index, version] of hoisted.versions.entries()) {
    const path = at("spec.versions", index);
    const problems = dns1035LabelProblems(version.name);
    if (problems.length > 0) errors.invalid(child(path, "name"), version.name, problems.join(","));
    const subresources = hoisted.common.subresources ?? version.subresources;
    validateVersion(version, path, { hasStatus: Boolean(subresources?.status), needsStructure, tolerated }, errors);
  }
  validateVersions(spec, errors);
  validateRequiredNames(spec.names, errors);
  validateNames(spec.names, "spec.names", errors);
  validateCommon(hoisted, { needsStructure, tolerated }, errors);
  const { conversion } = spec;
  if (conversion && conversion.strategy !== "None" && spec.preserveUnknownFields) {
    const detail = "must be None if spec.preserveUnknownFields is true";
    errors.invalid("spec.conversion.strategy", conversion.strategy, detail);
  }
  if (conversion) validateConversion(conversion, "spec.conversion", tolerated, errors);
}

function validateGroup(group: string, errors: FieldErrors): void {
  const problems = dnsSubdomainProblems(group);
  if (group === "") errors.required("spec.group", "");
  else if (problems.length > 0) errors.invalid("spec.group", group, problems.join(","));
  else if (!group.includes(".")) errors.invalid("spec.group", group, "should be a domain with at least one dot");
}

function validateScope(scope: string, errors: FieldErrors): void {
  if (!scope) errors.required("spec.scope", "");
  else if (scope !== "Cluster" && scope !== "Namespaced") {
    errors.notSupported("spec.scope", scope, ["Cluster", "Namespaced"]);
  }
}

function validateSchemasThere({ common, versions }: HoistedSpec, errors: FieldErrors): void {
  if (common.schema?.openAPIV3Schema) return;
  for (const [index, { schema }] of versions.entries()) {
    if (!schema?.openAPIV3Schema) errors.required(`spec.versions[${index}].schema.openAPIV3Schema`, "");
  }
}

interface VersionRules {
  readonly hasStatus: boolean;
  readonly needsStructure: boolean;
  readonly tolerated: Tolerated;
}

function validateVersion(
  version: CustomResourceDefinitionVersion,
  path: string,
  rules: VersionRules,
  errors: FieldErrors,
): void {
  for (const problem of deprecationProblems(version)) {
    errors.invalid(child(path, "deprecationWarning"), version.deprecationWarning, problem);
  }
  validateSchema(version.schema, child(path, "schema"), rules, errors);
  validateSubresources(version.subresources, child(path, "subresources"), errors);
  validateColumns(version.additionalPrinterColumns, child(path, "additionalPrinterColumns"), errors);
  validateSelectableFields(version, path, rules.tolerated.manySelectableFields.has(version.name), errors);
}

const MAX_WARNING_BYTES = 256;

function deprecationProblems({ deprecated, deprecationWarning }: CustomResourceDefinitionVersion): string[] {
  if (deprecationWarning === undefined) return [];
  if (!deprecated) return ["can only be set for deprecated versions"];
  const problems: string[] = [];
  if (Buffer.byteLength(deprecationWarning) > MAX_WARNING_BYTES) problems.push("must be <= 256 characters long");
  if (deprecationWarning === "") problems.push("must not be an empty string");
  const bad = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.exec(deprecationWarning);
  if (bad) {
    const index = Buffer.byteLength(deprecationWarning.slice(0, bad.index));
    problems.push(`must only contain printable UTF-8 characters; non-printable character found at index ${index}`);
  }
  return problems;
}

function validateVersions({ versions }: CustomResourceDefinitionSpec, errors: FieldErrors): void {
  if (new Set(versions.map(({ name }) => name)).size !== versions.length) {
    errors.invalid("spec.versions", versions, "must contain unique version names");
  }
  if (versions.filter(({ storage }) => storage).length !== 1) {
    errors.invalid("spec.versions", versions, "must have exactly one version marked as storage version");
  }
}

/** What all versions have in common, where upstream has it. */
function validateCommon(
  { common, versions }: HoistedSpec,
  rules: Omit<VersionRules, "hasStatus">,
  errors: FieldErrors,
): void {
  const hasStatus = [common, ...versions].some(({ subresources }) => subresources?.status);
  validateSchema(common.schema, "spec.validation", { ...rules, hasStatus }, errors);
  validateSubresources(common.subresources, "spec.subresources", errors);
  validateColumns(common.additionalPrinterColumns, "spec.additionalPrinterColumns", errors);
  validateSelectableFields(common, "spec", rules.tolerated.manySelectableFields.has(""), errors);
}

/** Whether any part of any schema is so. */
function someSchema(spec: CustomResourceDefinitionSpec, isSo: (schema: JSONSchemaProps) => boolean): boolean {
  const some = (schema: JSONSchemaProps): boolean => isSo(schema) || partsOf(schema).some(some);
  return spec.versions.some(({ schema }) => schema?.openAPIV3Schema && some(schema.openAPIV3Schema));
}

const usesExtensions = (spec: CustomResourceDefinitionSpec): boolean =>
  someSchema(spec, (schema) => schema.default !== undefined || Object.keys(schema).some((key) => key.startsWith("x-")));

function validateImmutable(
  spec: CustomResourceDefinitionSpec,
  old: CustomResourceDefinition,
  errors: FieldErrors,
): void {
  const isEstablished = old.status?.conditions?.some(({ type, status }) => type === "Established" && status === "True");
  if (isEstablished) {
    checkImmutable(spec.scope, old.spec.scope, "spec.scope", errors);
    checkImmutable(spec.names.kind, old.spec.names.kind, "spec.names.kind", errors);
  }
  checkImmutable(spec.group, old.spec.group, "spec.group", errors);
  checkImmutable(spec.names.plural, old.spec.names.plural, "spec.names.plural", errors);
}

function validateStoredVersions({ spec, status }: CustomResourceDefinition, errors: FieldErrors): void {
  const stored = status?.storedVersions ?? [];
  const path = "status.storedVersions";
  if (stored.length === 0) {
    errors.invalid(path, stored, "must have at least one stored version");
    return;
  }
  for (const { name, storage } of spec.versions) {
    if (storage && !stored.includes(name)) errors.invalid(path, stored, `must have the storage version ${name}`);
  }
  for (const [index, name] of stored.entries()) {
    if (spec.versions.some((version) => version.name === name)) continue;
    errors.invalid(
      at(path, index),
      name,
      `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`,
    );
  }
}

function validateApproval(
  { spec, metadata }: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
  errors: FieldErrors,
): void {
  if (!isProtectedGroup(spec.group)) return;
  const { state, message } = approvalState(metadata.annotations);
  if (old && jsonEqual(approvalState(old.metadata.annotations).state, state)) return;
  const path = at("metadata.annotations", APPROVAL_ANNOTATION);
  if (state === "missing") errors.required(path, message);
  if (state === "invalid") errors.invalid(path, metadata.annotations?.[APPROVAL_ANNOTATION], message);
}
