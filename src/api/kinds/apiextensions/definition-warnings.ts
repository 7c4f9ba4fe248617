import { isKnownFormat } from "../../custom-resources/formats.ts";
import { partsOf } from "../../custom-resources/structural-validation.ts";
import type { CustomResourceDefinition, JSONSchemaProps } from "../../types/apiextensions-v1.ts";
import { hoistedSpec } from "./hoisted-spec.ts";

/** Formats that mean nothing here, once for each place; those of an older state were told then. */
export function definitionWarnings(
  definition: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
): readonly string[] {
  const before = new Set(old && unknownFormats(old));
  return unknownFormats(definition)
    .filter((format) => !before.has(format))
    .map((format) => `unrecognized format ${JSON.stringify(format)}`);
}

function unknownFormats({ spec }: CustomResourceDefinition): string[] {
  const { common, versions } = hoistedSpec(spec);
  return [common, ...versions].flatMap(({ schema }) =>
    schema?.openAPIV3Schema ? formatsIn(schema.openAPIV3Schema) : [],
  );
}

function formatsIn(schema: JSONSchemaProps): string[] {
  const { type = "", format } = schema;
  const own = format && !isKnownFormat(type, format) ? [format] : [];
  return [...own, ...partsOf(schema).flatMap(formatsIn)];
}
