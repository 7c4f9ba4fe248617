import { type CelType, isDyn } from "./types.ts";
import { ListValue, MapValue, Optional, typeOf, TypeValue, type Value } from "./values.ts";

/** One form of a function. `call` is given values that fit `params`. */
export interface Overload {
  readonly id: string;
  readonly isMember: boolean;
  /** With the target first, for members. */
  readonly params: readonly CelType[];
  readonly result: CelType;
  readonly call: (...args: never[]) => Value;
  /** Another `call`, for arguments that are written as literals: their share of the work is done once. */
  readonly specialize?: (literals: readonly (Value | undefined)[]) => ((...args: never[]) => Value) | undefined;
}

export interface FunctionDeclaration {
  readonly name: string;
  readonly overloads: readonly Overload[];
}

/** `call` states the types of its arguments, which `params` ensures at run time. */
export const overload = (
  id: string,
  params: readonly CelType[],
  result: CelType,
  call: (...args: never[]) => Value,
): Overload => ({ id, isMember: false, params, result, call });

export const member = (
  id: string,
  params: readonly CelType[],
  result: CelType,
  call: (...args: never[]) => Value,
): Overload => ({ id, isMember: true, params, result, call });

/** Functions with the overloads of several declarations of the same name together. */
export function functionTable(declarations: readonly FunctionDeclaration[]): ReadonlyMap<string, FunctionDeclaration> {
  const table = new Map<string, FunctionDeclaration>();
  for (const { name, overloads } of declarations) {
    table.set(name, { name, overloads: [...(table.get(name)?.overloads ?? []), ...overloads] });
  }
  return table;
}

/** Whether a value may be passed where a type is declared. */
export function fits(value: Value, type: CelType): boolean {
  if (isDyn(type)) return true;
  switch (type.kind) {
    case "type-parameter":
    case "error":
      return true;
    case "list":
      return value instanceof ListValue;
    case "map":
      return value instanceof MapValue;
    case "type":
      return value instanceof TypeValue;
    case "opaque":
      return type.name === "optional_type" ? value instanceof Optional : typeOf(value).name === type.name;
    case "struct":
      // Objects of the API are maps when they are looked into.
      return value instanceof MapValue || typeOf(value).name === type.name;
    default:
      return typeOf(value).kind === type.kind;
  }
}
