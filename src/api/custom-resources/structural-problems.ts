import type { JSONSchemaProps } from "../types/apiextensions-v1.ts";
import { structuralErrors, unsupportedPart } from "./structural-validation.ts";

/** Why a schema is not structural, as texts with paths. */
export function structuralProblems(schema: JSONSchemaProps, path: string): readonly string[] {
  const unsupported = unsupportedPart(schema);
  if (unsupported !== undefined) return [`${path}: ${unsupported}`];
  return structuralErrors(schema, path).map((error) => `${error.path}: ${error.message}`);
}
