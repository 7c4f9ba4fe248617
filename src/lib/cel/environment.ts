import type { FunctionDeclaration } from "./functions.ts";
import type { Macro } from "./macros.ts";
import type { CelType } from "./types.ts";
import type { Value } from "./values.ts";

/** What an expression may speak of. Made once for many expressions. */
export interface CelEnvironment {
  readonly variables: ReadonlyMap<string, CelType>;
  readonly functions: ReadonlyMap<string, FunctionDeclaration>;
  readonly macros: readonly Macro[];
  readonly types: CelTypes;
  readonly callCosts: CallCosts;
}

/** Named types. */
export interface CelTypes {
  named(name: string): CelType | undefined;
  /** The type of a field of a struct. */
  field(struct: string, field: string): CelType | undefined;
  /** A value of a struct, for `Name{field: value}`. */
  create(struct: string, fields: ReadonlyMap<string, Value>): Value;
}

/** What calls cost beyond the language's own rules; undefined leaves it to them. */
export type CallCosts = (
  functionName: string,
  overloadId: string,
  args: readonly Value[],
  result: Value,
) => number | undefined;

/** The same with other variables. */
export function withVariables(
  environment: CelEnvironment,
  variables: Iterable<readonly [string, CelType]>,
): CelEnvironment {
  return { ...environment, variables: new Map([...environment.variables, ...variables]) };
}
