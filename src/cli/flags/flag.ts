/** The kinds of values that kubectl's flags take. `list` splits at commas, `array` does not; both may be repeated. */
type FlagKind = "boolean" | "string" | "list" | "array" | "integer" | "duration";

interface FlagValueByKind {
  boolean: boolean;
  string: string;
  list: readonly string[];
  array: readonly string[];
  integer: number;
  /** Milliseconds. */
  duration: number;
}

export interface Flag<Kind extends FlagKind = FlagKind> {
  readonly kind: Kind;
  readonly default: FlagValueByKind[Kind];
  readonly description: string;
  /** One letter. */
  readonly short?: string;
  /** What the flag means without a value; without this, all but booleans need one. */
  readonly bare?: string;
  readonly isHidden?: boolean;
  /** What to use instead: told when the flag is used, and help does not show it. */
  readonly deprecated?: string;
}

/** Flags by their names, as written on the command line. */
export type Flags = Readonly<Record<string, Flag>>;

export type FlagValues<F extends Flags> = { readonly [Name in keyof F]: FlagValueByKind[F[Name]["kind"]] };

type Extras = Pick<Flag, "short" | "bare" | "isHidden" | "deprecated">;

export const booleanFlag = (description: string, extras: Extras & { default?: boolean } = {}): Flag<"boolean"> => ({
  kind: "boolean",
  default: false,
  bare: "true",
  description,
  ...extras,
});

export const stringFlag = (description: string, extras: Extras & { default?: string } = {}): Flag<"string"> => ({
  kind: "string",
  default: "",
  description,
  ...extras,
});

export const listFlag = (description: string, extras: Extras & { default?: readonly string[] } = {}): Flag<"list"> => ({
  kind: "list",
  default: [],
  description,
  ...extras,
});

export const arrayFlag = (description: string, extras: Extras = {}): Flag<"array"> => ({
  kind: "array",
  default: [],
  description,
  ...extras,
});

export const integerFlag = (description: string, extras: Extras & { default?: number } = {}): Flag<"integer"> => ({
  kind: "integer",
  default: 0,
  description,
  ...extras,
});

export const durationFlag = (description: string, extras: Extras & { default?: number } = {}): Flag<"duration"> => ({
  kind: "duration",
  default: 0,
  description,
  ...extras,
});
