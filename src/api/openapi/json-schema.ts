import type { JsonObject } from "../../lib/json/json-value.ts";
import type { Definition, Field, ValueType } from "../schema/schema.ts";
import { definition, shortName } from "../schema/schema.ts";
import { description } from "./descriptions.ts";

/** How OpenAPI v2 and v3 write a type. */
export interface SchemaDialect {
  readonly reference: (definitionName: string) => JsonObject;
  /** References cannot have neighbours in v3, so they are wrapped there. */
  readonly describedReference: (definitionName: string, rest: JsonObject) => JsonObject;
  readonly showsEnums: boolean;
  readonly showsDefaults: boolean;
  /** Types with two JSON forms. */
  readonly mixed: Readonly<Record<string, JsonObject>>;
}

/** The schema of one definition. */
export function definitionSchema(facts: Definition, dialect: SchemaDialect): JsonObject {
  const mixed = dialect.mixed[shortName(facts.name)];
  if (mixed) return { ...mixed };
  const { properties, required } = facts;
  return {
    ...describedBy(description(facts.name)),
    ...(facts.type === undefined ? {} : { type: facts.type }),
    ...(facts.format === undefined ? {} : { format: facts.format }),
    ...(required ? { required: [...required] } : {}),
    ...(properties ? { properties: propertySchemas(facts.name, properties, dialect) } : {}),
    ...(facts.groupVersionKinds
      ? { "x-kubernetes-group-version-kind": facts.groupVersionKinds.map((each) => ({ ...each })) }
      : {}),
    ...(facts.mapType ? { "x-kubernetes-map-type": facts.mapType } : {}),
    // The facts are JSON.
    ...(facts.unions ? { "x-kubernetes-unions": facts.unions as JsonObject[] } : {}),
  };
}

function propertySchemas(
  owner: string,
  properties: Readonly<Record<string, Field>>,
  dialect: SchemaDialect,
): JsonObject {
  return Object.fromEntries(
    Object.entries(properties).map(([key, field]) => [
      key,
      fieldSchema(field, describedBy(description(owner, key)), dialect),
    ]),
  );
}

const describedBy = (text: string | undefined): JsonObject => (text === undefined ? {} : { description: text });

function fieldSchema(field: Field, described: JsonObject, dialect: SchemaDialect): JsonObject {
  const rest: JsonObject = {
    ...described,
    ...(dialect.showsDefaults ? defaultOf(field) : {}),
    ...(field.patchStrategy ? { "x-kubernetes-patch-strategy": field.patchStrategy } : {}),
    ...(field.patchMergeKey ? { "x-kubernetes-patch-merge-key": field.patchMergeKey } : {}),
    ...(field.listType ? { "x-kubernetes-list-type": field.listType } : {}),
    ...(field.listMapKeys ? { "x-kubernetes-list-map-keys": [...field.listMapKeys] } : {}),
    ...(field.mapType ? { "x-kubernetes-map-type": field.mapType } : {}),
  };
  if (field.ref === undefined) return { ...valueSchema(field, dialect), ...rest };
  return Object.keys(rest).length === 0 ? dialect.reference(field.ref) : dialect.describedReference(field.ref, rest);
}

/** Besides real defaults, upstream's documents tell the zero value of what is always written. */
function defaultOf({ default: given, zero }: Field): JsonObject {
  const value = given ?? zero;
  // The facts are JSON.
  return value === undefined || value === null ? {} : { default: value as JsonObject };
}

function valueSchema(value: ValueType, dialect: SchemaDialect): JsonObject {
  if (value.ref !== undefined) return dialect.reference(value.ref);
  return {
    ...(value.type === undefined ? {} : { type: value.type }),
    ...(value.format === undefined ? {} : { format: value.format }),
    ...(value.enum && dialect.showsEnums ? { enum: [...value.enum] } : {}),
    ...(value.items ? { items: valueSchema(value.items, dialect) } : {}),
    ...(value.values ? { additionalProperties: valueSchema(value.values, dialect) } : {}),
  };
}

/** The definitions, in byte order, that the given ones lead to. */
export function reachableDefinitions(roots: Iterable<string>): Definition[] {
  const found = new Map<string, Definition>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    const facts = definition(name);
    found.set(name, facts);
    for (const field of Object.values(facts.properties ?? {})) visitValue(field);
  };
  const visitValue = (value: ValueType): void => {
    if (value.ref !== undefined) visit(value.ref);
    if (value.items) visitValue(value.items);
    if (value.values) visitValue(value.values);
  };
  for (const root of roots) visit(root);
  return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
