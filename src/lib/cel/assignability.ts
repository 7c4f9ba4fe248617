/**
 * Whether a type may stand where another is wanted, with type parameters bound on the way: the unification of cel-go's
 * checker/types.go.
 */
import { type CelType, DYN, formatType, isDyn, isDynOrError, sameType } from "./types.ts";

/** What type parameters stand for, by their text. */
export type Bindings = ReadonlyMap<string, CelType>;

/** The bindings after `actual` was put where `expected` is wanted, or undefined where it does not fit. */
export function assigned(bindings: Bindings, a: CelType, b: CelType): Bindings | undefined {
  const copy = new Map(bindings);
  return isAssignable(copy, a, b) ? copy : undefined;
}

export function assignedAll(bindings: Bindings, as: readonly CelType[], bs: readonly CelType[]): Bindings | undefined {
  const copy = new Map(bindings);
  return areAssignable(copy, as, bs) ? copy : undefined;
}

type Mutable = Map<string, CelType>;

function areAssignable(bindings: Mutable, as: readonly CelType[], bs: readonly CelType[]): boolean {
  return as.length === bs.length && as.every((a, index) => isAssignable(bindings, a, bs[index] ?? DYN));
}

function isAssignable(bindings: Mutable, a: CelType, b: CelType): boolean {
  if (b.kind === "type-parameter") {
    const { isValid, isBound } = substitution(bindings, a, b);
    if (isValid) return true;
    if (isBound) return false;
  }
  if (a.kind === "type-parameter") return substitution(bindings, b, a).isValid;
  if (isDynOrError(a) || isDynOrError(b)) return true;
  if (a.kind === "null") return isNullable(b);
  if (b.kind === "null") return isNullable(a);
  switch (a.kind) {
    case "type":
      return b.kind === "type";
    case "opaque":
    case "list":
    case "map":
      return a.kind === b.kind && a.name === b.name && areAssignable(bindings, a.parameters, b.parameters);
    default:
      return sameType(a, b);
  }
}

const isNullable = ({ kind }: CelType): boolean =>
  ["null", "opaque", "struct", "any", "duration", "timestamp"].includes(kind);

/** Whether `parameter` may stand for `type`. */
function substitution(
  bindings: Mutable,
  type: CelType,
  parameter: CelType,
): { readonly isValid: boolean; readonly isBound: boolean } {
  if (sameType(type, parameter)) return { isValid: true, isBound: true };
  const bound = bindings.get(formatType(parameter));
  if (bound) {
    if (sameType(type, bound)) return { isValid: true, isBound: true };
    if (!isAssignable(bindings, type, bound)) return { isValid: false, isBound: true };
    const general = mostGeneral(type, bound);
    if (isFreeOf(bindings, parameter, general)) bindings.set(formatType(parameter), general);
    return { isValid: true, isBound: true };
  }
  if (!isFreeOf(bindings, parameter, type)) return { isValid: false, isBound: false };
  bindings.set(formatType(parameter), type);
  return { isValid: true, isBound: false };
}

/** Whether `parameter` does not occur in `type`: it cannot be a part of itself. */
function isFreeOf(bindings: Bindings, parameter: CelType, type: CelType): boolean {
  if (sameType(parameter, type)) return false;
  if (type.kind === "type-parameter") {
    const bound = bindings.get(formatType(type));
    return bound === undefined || isFreeOf(bindings, parameter, bound);
  }
  return type.parameters.every((each) => isFreeOf(bindings, parameter, each));
}

/** Of two types known to unify. */
export const mostGeneral = (a: CelType, b: CelType): CelType => (isLessSpecific(a, b) ? a : b);

function isLessSpecific(a: CelType, b: CelType): boolean {
  if (isDyn(a) || a.kind === "type-parameter") return true;
  if (isDyn(b) || b.kind === "type-parameter" || a.kind !== b.kind) return false;
  if (a.kind === "type") return true;
  return (
    a.name === b.name &&
    a.parameters.length === b.parameters.length &&
    a.parameters.every((parameter, index) => isLessSpecific(parameter, b.parameters[index] ?? DYN))
  );
}

/** The type with everything bound put in; what stays free becomes dyn if so wanted. */
export function substituted(bindings: Bindings, type: CelType, freeToDyn: boolean): CelType {
  const bound = bindings.get(formatType(type));
  if (bound) return substituted(bindings, bound, freeToDyn);
  if (type.kind === "type-parameter") return freeToDyn ? DYN : type;
  if (type.parameters.length === 0) return type;
  return { ...type, parameters: type.parameters.map((parameter) => substituted(bindings, parameter, freeToDyn)) };
}
