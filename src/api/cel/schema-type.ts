/**
 * Types of expressions from schemas (apiserver/pkg/cel/common/schemas.go), with what is known of the size of a value: estimates of
 * costs need it.
 */
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listType,
  mapType,
  STRING,
  structType,
  TIMESTAMP,
} from "../../lib/cel/types.ts";
import { escapeName } from "./escaping.ts";

/** What expressions have to know of a schema: the structure that custom resources and published types share. */
export interface CelSchema {
  readonly type?: string | undefined;
  readonly format?: string | undefined;
  readonly nullable?: boolean | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly default?: unknown;
  readonly required?: readonly string[] | undefined;
  readonly maxLength?: number | undefined;
  readonly maxItems?: number | undefined;
  readonly maxProperties?: number | undefined;
  readonly items?: CelSchema | undefined;
  readonly properties?: Readonly<Record<string, CelSchema>> | undefined;
  readonly additionalProperties?: CelSchema | boolean | undefined;
  readonly "x-kubernetes-int-or-string"?: boolean | undefined;
  readonly "x-kubernetes-embedded-resource"?: boolean | undefined;
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean | undefined;
  readonly "x-kubernetes-list-type"?: string | undefined;
  readonly "x-kubernetes-list-map-keys"?: readonly string[] | undefined;
}

/** A type with the sizes that its values can have. */
export interface DeclaredType {
  readonly type: CelType;
  /** Bytes of the smallest value in JSON. */
  readonly minSize: number;
  /** Most elements of a list or map, most bytes of a text. */
  readonly maxElements: number;
  readonly element?: DeclaredType | undefined;
  readonly fields?: ReadonlyMap<string, DeclaredType> | undefined;
}

const MAX_REQUEST_BYTES = 3 * 1024 * 1024;
/** An empty text with its quotes. */
const MIN_STRING = 2;

const TEXT = { type: "string" } as const;
const OBJECT_META: CelSchema = { type: "object", properties: { name: TEXT, generateName: TEXT } };

/** The schema with what every object has, whether or not it says so. */
export function withTypeAndObjectMeta(schema: CelSchema): CelSchema {
  const { properties = {} } = schema;
  const metadata = properties["metadata"]?.properties;
  const isComplete =
    properties["kind"]?.type === "string" &&
    properties["apiVersion"]?.type === "string" &&
    metadata?.["name"]?.type === "string" &&
    metadata["generateName"]?.type === "string";
  if (isComplete) return schema;
  return { ...schema, properties: { ...properties, kind: TEXT, apiVersion: TEXT, metadata: OBJECT_META } };
}

/** Undefined for what expressions cannot see. `name` is what messages call the type; it must not be the name of a variable. */
export function declaredType(schema: CelSchema, name: string, isResourceRoot: boolean): DeclaredType | undefined {
  if (schema["x-kubernetes-int-or-string"]) {
    return { type: DYN, minSize: 1, maxElements: maxTextLength(schema) };
  }
  const complete = isResourceRoot ? withTypeAndObjectMeta(schema) : schema;
  switch (complete.type) {
    case "array":
      return arrayType(complete, name);
    case "object":
      return objectType(complete, name);
    case "string":
      return textType(complete);
    case "boolean":
      return { type: BOOL, minSize: 4, maxElements: 1 };
    case "number":
      return { type: DOUBLE, minSize: 1, maxElements: 1 };
    case "integer":
      return { type: INT, minSize: 1, maxElements: 1 };
    default:
      return undefined;
  }
}

const nested = (schema: CelSchema, name: string): DeclaredType | undefined =>
  declaredType(schema, name, schema["x-kubernetes-embedded-resource"] === true);

function arrayType({ items, maxItems }: CelSchema, name: string): DeclaredType | undefined {
  const element = items && nested(items, `${name}.@idx`);
  if (!element) return undefined;
  return {
    type: listType(element.type),
    minSize: 2,
    maxElements: maxItems === undefined ? fitting(element.minSize + 1) : Math.max(0, maxItems),
    element,
  };
}

function objectType(schema: CelSchema, name: string): DeclaredType | undefined {
  const { additionalProperties, properties = {}, required = [], maxProperties } = schema;
  if (typeof additionalProperties === "object") {
    const element = nested(additionalProperties, `${name}.@elem`);
    if (!element) return undefined;
    // Two bytes for a key, its quotes, the colon and the comma come with each value.
    const maxElements = maxProperties === undefined ? fitting(element.minSize + 6) : Math.max(0, maxProperties);
    return { type: mapType(STRING, element.type), minSize: 2, maxElements, element };
  }
  const fields = new Map<string, DeclaredType>();
  let minSize = 2;
  for (const [property, propertySchema] of Object.entries(properties)) {
    const type = nested(propertySchema, `${name}.${property}`);
    if (!type) continue;
    const spelling = escapeName(property);
    if (spelling !== undefined) fields.set(spelling, type);
    if (required.includes(property) && propertySchema.default === undefined) {
      minSize += property.length + type.minSize + 4;
    }
  }
  return { type: structType(name), minSize, maxElements: MAX_REQUEST_BYTES, fields };
}

const fitting = (elementSize: number): number => Math.floor((MAX_REQUEST_BYTES - 2) / elementSize);

function textType(schema: CelSchema): DeclaredType {
  const { format, maxLength } = schema;
  switch (format) {
    case "byte":
      return {
        type: BYTES,
        minSize: MIN_STRING,
        maxElements: maxLength === undefined ? MAX_REQUEST_BYTES - 2 : Math.max(0, maxLength),
      };
    case "duration":
      return { type: DURATION, minSize: 3, maxElements: 32 };
    case "date":
      return { type: TIMESTAMP, minSize: 12, maxElements: 12 };
    case "date-time":
      return { type: TIMESTAMP, minSize: 21, maxElements: 32 };
    default:
      return { type: STRING, minSize: MIN_STRING, maxElements: maxTextLength(schema) };
  }
}

/** A character takes up to four bytes. */
function maxTextLength({ maxLength, enum: values, ...schema }: CelSchema): number {
  if (maxLength !== undefined) return Math.max(0, maxLength) * 4;
  if (values && values.length > 0 && !schema["x-kubernetes-int-or-string"]) {
    return Math.max(0, ...values.map((value) => (typeof value === "string" ? Buffer.byteLength(value) : 0)));
  }
  return MAX_REQUEST_BYTES - 2;
}

/** The struct types in a type, by their names, for the checker. */
export function structsIn(...types: readonly (DeclaredType | undefined)[]): Map<string, ReadonlyMap<string, CelType>> {
  const structs = new Map<string, ReadonlyMap<string, CelType>>();
  const visit = (declared: DeclaredType | undefined): void => {
    if (!declared) return;
    visit(declared.element);
    if (!declared.fields || structs.has(declared.type.name)) return;
    structs.set(declared.type.name, new Map([...declared.fields].map(([name, { type }]) => [name, type])));
    for (const field of declared.fields.values()) visit(field);
  };
  types.forEach(visit);
  return structs;
}
