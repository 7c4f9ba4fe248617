import { definition, type Field } from "../schema.ts";

/**
 * How a definition lies on the wire: by field number either a property, or a message whose properties JSON writes into its parent.
 */
export interface MessagePlan {
  /** In ascending order of their numbers. */
  readonly entries: readonly PlanEntry[];
  readonly byNumber: ReadonlyMap<number, PlanEntry>;
}

type PlanEntry =
  | { readonly number: number; readonly property: string; readonly field: Field }
  | { readonly number: number; readonly inlined: MessagePlan };

// A memory of constant facts, not state.
const plans = new Map<string, MessagePlan>();

/** The plan of a definition with properties. */
export function messagePlan(definitionName: string): MessagePlan {
  const known = plans.get(definitionName);
  if (known) return known;
  const properties = Object.entries(definition(definitionName).properties ?? {}).flatMap(([property, field]) =>
    field.wire === undefined
      ? []
      : [{ property, field, path: typeof field.wire === "number" ? [field.wire] : field.wire }],
  );
  const plan = planOf(properties);
  plans.set(definitionName, plan);
  return plan;
}

interface PlacedProperty {
  readonly property: string;
  readonly field: Field;
  /** Field numbers, outermost first. */
  readonly path: readonly number[];
}

function planOf(properties: readonly PlacedProperty[]): MessagePlan {
  const byNumber = new Map<number, PlanEntry>();
  const inlined = Map.groupBy(
    properties.filter(({ path }) => path.length > 1),
    ({ path }) => path[0] ?? 0,
  );
  for (const { property, field, path } of properties) {
    if (path.length === 1) byNumber.set(path[0] ?? 0, { number: path[0] ?? 0, property, field });
  }
  for (const [number, inner] of inlined) {
    byNumber.set(number, { number, inlined: planOf(inner.map((each) => ({ ...each, path: each.path.slice(1) }))) });
  }
  return { entries: [...byNumber.values()].toSorted((a, b) => a.number - b.number), byNumber };
}
