/** A template is text with paths in braces; `{range}` repeats what follows up to `{end}`. */
export type Segment =
  | { readonly type: "path"; readonly steps: readonly Step[] }
  | { readonly type: "range"; readonly over: readonly Step[]; readonly body: readonly Segment[] };

/** One step from a list of values to the next. */
export type Step =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "field"; readonly name: string }
  | { readonly type: "wildcard" }
  | { readonly type: "recursive" }
  | { readonly type: "number"; readonly value: number; readonly isInteger: boolean }
  | { readonly type: "boolean"; readonly value: boolean }
  | { readonly type: "slice"; readonly slice: Slice }
  | { readonly type: "union"; readonly members: readonly (readonly Step[])[] }
  | { readonly type: "filter"; readonly filter: Filter }
  | { readonly type: "identifier"; readonly name: string };

export interface Slice {
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly step: number | undefined;
  /** `[n]`: one element, not a range. */
  readonly isIndex: boolean;
}

export interface Filter {
  readonly left: readonly Step[];
  readonly operator: string;
  readonly right: readonly Step[];
}

/** A template that cannot be read, or that does not fit the value it is given. */
export class JsonPathError extends Error {
  override readonly name = "JsonPathError";
}
