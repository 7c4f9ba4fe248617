import { RE2JS, RE2JSException } from "re2js";

/** A regular expression in Go's syntax. It takes time linear in the text, so users may bring their own. */
export interface GoPattern {
  /** Whether it is found anywhere in the text. */
  matches(text: string): boolean;
}

/** Text that is no regular expression; the message is Go's. */
export class PatternError extends Error {
  override readonly name = "PatternError";
}

export function goPattern(text: string): GoPattern {
  try {
    const compiled = RE2JS.compile(text);
    return { matches: (value) => compiled.matcher(value).find() };
  } catch (cause) {
    if (cause instanceof RE2JSException) throw new PatternError(cause.message, { cause });
    throw cause;
  }
}
