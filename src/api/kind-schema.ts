import type { Kind } from "./kind.ts";
import { builtInSchema, type ObjectSchema } from "./schema/object-schema.ts";

/** What the objects of a kind look like. */
export const schemaOf = (kind: Pick<Kind, "schema" | "definition">): ObjectSchema =>
  kind.schema ?? builtInSchema(kind.definition);
