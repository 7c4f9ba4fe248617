import { definition, type ValueType } from "../schema/schema.ts";
import type { CelSchema } from "./schema-type.ts";

const NOTHING: ReadonlySet<string> = new Set();

/** A definition of the facts as expressions look at it. What contains itself is not seen a second time. */
export function definitionSchema(name: string, around: ReadonlySet<string> = NOTHING): CelSchema {
  const { type, format, properties } = definition(name);
  if (!properties) return format === "int-or-string" ? ANYTHING : { type, format };
  const within = new Set(around).add(name);
  const seen = Object.entries(properties).filter(([, { ref }]) => ref === undefined || !within.has(ref));
  return {
    type: "object",
    properties: Object.fromEntries(seen.map(([key, field]) => [key, valueSchema(field, within)])),
  };
}

const ANYTHING: CelSchema = { "x-kubernetes-int-or-string": true };

function valueSchema({ type, format, ref, items, values }: ValueType, around: ReadonlySet<string>): CelSchema {
  if (ref !== undefined) return around.has(ref) ? { type: "object" } : definitionSchema(ref, around);
  if (items) return { type: "array", items: valueSchema(items, around) };
  if (values) return { type: "object", additionalProperties: valueSchema(values, around) };
  return { type, format };
}
