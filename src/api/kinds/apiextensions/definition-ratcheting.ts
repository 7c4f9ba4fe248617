import { jsonEqual } from "../../../lib/json/json-value.ts";
import { isCaBundle } from "../../ca-bundle.ts";
import { structuralErrors, unsupportedPart, partsOf } from "../../custom-resources/structural-validation.ts";
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionSpec,
  JSONSchemaProps,
} from "../../types/apiextensions-v1.ts";
import { speaksReviewVersion } from "./conversion-validation.ts";
import { hoistedSpec } from "./hoisted-spec.ts";
import { hasLooseSets, hasUnkeyedMaps, hasUnknownTypes } from "./schema-looseness.ts";

/** What an update may leave as wrong as it was: rules that came later than some definitions. */
export interface Tolerated {
  readonly missingSchemas: boolean;
  readonly nonStructural: boolean;
  readonly unknownTypes: boolean;
  readonly looseSets: boolean;
  readonly unkeyedMaps: boolean;
  readonly unknownReviewVersions: boolean;
  readonly invalidCaBundle: boolean;
  /** Names of versions; empty: what all have in common. */
  readonly manySelectableFields: ReadonlySet<string>;
}

const NOTHING: Tolerated = {
  missingSchemas: false,
  nonStructural: false,
  unknownTypes: false,
  looseSets: false,
  unkeyedMaps: false,
  unknownReviewVersions: false,
  // Certificates may be filled in after the definition was made.
  invalidCaBundle: true,
  manySelectableFields: new Set(),
};

export function toleratedBefore(
  definition: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
): Tolerated {
  if (!old) return NOTHING;
  const schemas = old.spec.versions.flatMap(({ schema }) => schema?.openAPIV3Schema ?? []);
  return {
    missingSchemas: schemas.length < old.spec.versions.length,
    nonStructural: schemas.some(isNonStructural),
    unknownTypes: schemas.some((schema) => some(schema, hasUnknownTypes)),
    looseSets: schemas.some((schema) => some(schema, hasLooseSets)),
    unkeyedMaps: schemas.some((schema) => some(schema, hasUnkeyedMaps)),
    unknownReviewVersions: !speaksReviewVersion(old.spec.conversion?.webhook?.conversionReviewVersions ?? []),
    invalidCaBundle: mayHaveInvalidCaBundle(old),
    manySelectableFields: manySelectableFields(definition.spec, old.spec),
  };
}

const isNonStructural = (schema: JSONSchemaProps): boolean =>
  unsupportedPart(schema) !== undefined || structuralErrors(schema, "").length > 0;

const some = (schema: JSONSchemaProps, isSo: (schema: JSONSchemaProps) => boolean): boolean =>
  isSo(schema) || partsOf(schema).some((part) => some(part, isSo));

function mayHaveInvalidCaBundle({ spec, status }: CustomResourceDefinition): boolean {
  const isEstablished = status?.conditions?.some((each) => each.type === "Established" && each.status === "True");
  const caBundle = spec.conversion?.webhook?.clientConfig?.caBundle;
  return !isEstablished || (Boolean(caBundle) && !isCaBundle(caBundle ?? ""));
}

const MOST_FIELDS = 8;

function manySelectableFields(spec: CustomResourceDefinitionSpec, old: CustomResourceDefinitionSpec): Set<string> {
  const now = hoistedSpec(spec);
  const before = hoistedSpec(old);
  const names = new Set<string>();
  const compare = (name: string, fields: unknown, oldFields: readonly unknown[] | undefined): void => {
    if ((oldFields?.length ?? 0) > MOST_FIELDS && jsonEqual(fields, oldFields)) names.add(name);
  };
  compare("", now.common.selectableFields, before.common.selectableFields);
  for (const { name, selectableFields } of now.versions) {
    const oldVersion = before.versions.find((version) => version.name === name);
    compare(name, selectableFields, oldVersion?.selectableFields);
  }
  return names;
}
