/** Types that the checker reasons about, and how they are written in its messages. */
export interface CelType {
  readonly kind: TypeKind;
  readonly name: string;
  readonly parameters: readonly CelType[];
}

type TypeKind =
  | "any"
  | "bool"
  | "bytes"
  | "double"
  | "duration"
  | "dyn"
  | "error"
  | "int"
  | "list"
  | "map"
  | "null"
  | "opaque"
  | "string"
  | "struct"
  | "timestamp"
  | "type"
  | "type-parameter"
  | "uint";

const simple = (kind: TypeKind, name: string): CelType => ({ kind, name, parameters: [] });

export const BOOL = simple("bool", "bool");
export const BYTES = simple("bytes", "bytes");
export const DOUBLE = simple("double", "double");
export const DURATION = simple("duration", "google.protobuf.Duration");
export const DYN = simple("dyn", "dyn");
export const ERROR = simple("error", "!error!");
export const INT = simple("int", "int");
export const NULL = simple("null", "null_type");
export const STRING = simple("string", "string");
export const TIMESTAMP = simple("timestamp", "google.protobuf.Timestamp");
export const TYPE = simple("type", "type");
export const UINT = simple("uint", "uint");

export const listType = (element: CelType): CelType => ({ kind: "list", name: "list", parameters: [element] });
export const mapType = (key: CelType, value: CelType): CelType => ({
  kind: "map",
  name: "map",
  parameters: [key, value],
});
export const structType = (name: string): CelType => simple("struct", name);
export const opaqueType = (name: string, ...parameters: readonly CelType[]): CelType => ({
  kind: "opaque",
  name,
  parameters,
});
export const optionalType = (value: CelType): CelType => opaqueType("optional_type", value);
export const typeOfType = (type: CelType): CelType => ({ kind: "type", name: "type", parameters: [type] });
export const typeParameter = (name: string): CelType => simple("type-parameter", name);

export const elementType = (list: CelType): CelType => list.parameters[0] ?? DYN;
export const keyType = (map: CelType): CelType => map.parameters[0] ?? DYN;
export const valueType = (map: CelType): CelType => map.parameters[1] ?? DYN;

export const isDyn = ({ kind }: CelType): boolean => kind === "dyn" || kind === "any";
export const isDynOrError = (type: CelType): boolean => isDyn(type) || type.kind === "error";

export const isOptional = ({ kind, name }: CelType): boolean => kind === "opaque" && name === "optional_type";

/** The type inside an optional one. */
export const unwrapped = (type: CelType): CelType => (isOptional(type) ? (type.parameters[0] ?? DYN) : type);

export function formatType(type: CelType): string {
  switch (type.kind) {
    case "duration":
    case "timestamp":
    case "null":
    case "any":
      return type.kind;
    default:
      return type.parameters.length === 0 ? type.name : `${type.name}(${type.parameters.map(formatType).join(", ")})`;
  }
}

export function sameType(a: CelType, b: CelType): boolean {
  return (
    a === b ||
    (a.kind === b.kind &&
      a.name === b.name &&
      a.parameters.length === b.parameters.length &&
      a.parameters.every((parameter, index) => sameType(parameter, b.parameters[index] ?? ERROR)))
  );
}
