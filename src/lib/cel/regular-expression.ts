import { RE2JS } from "re2js";

import { CelError } from "./values.ts";

/** A pattern in Go's syntax, matched in linear time: patterns come from users. */
export function compilePattern(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    throw new CelError(patternProblem(error));
  }
}

function patternProblem(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.startsWith("error parsing regexp") ? message : `error parsing regexp: ${message}`;
}

/** `use` of a pattern; a literal one is compiled once. `at` is its place among the arguments. */
export function withPattern<T extends readonly unknown[], R>(
  use: (pattern: RE2JS, text: string, ...rest: T) => R,
): {
  readonly call: (text: string, pattern: string, ...rest: T) => R;
  readonly specialize: (literals: readonly unknown[]) => ((text: string, pattern: string, ...rest: T) => R) | undefined;
} {
  return {
    call: (text, pattern, ...rest) => use(compilePattern(pattern), text, ...rest),
    specialize([, literal]) {
      if (typeof literal !== "string") return undefined;
      let compiled: RE2JS | undefined;
      return (text, _pattern, ...rest) => use((compiled ??= compilePattern(literal)), text, ...rest);
    },
  };
}
