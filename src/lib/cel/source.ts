/** Where in an expression something is: lines count from 1, columns from 0, in code points. */
export interface CelLocation {
  readonly line: number;
  readonly column: number;
}

/** Something wrong with an expression. Messages have the wording of cel-go, which users of Kubernetes know. */
export interface CelIssue {
  readonly location: CelLocation;
  readonly message: string;
}

/** For problems of an expression as a whole. */
export const NO_LOCATION: CelLocation = { line: -1, column: -1 };

const MAX_SNIPPET_LENGTH = 16_384;

/** Turns an offset in code units into a location. */
export function locationAt(text: string, offset: number): CelLocation {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: before.slice(lineStart).length };
}

/** All issues, each with the line it is about and a mark below the place, in the order of their places. */
export function formatIssues(text: string, issues: readonly CelIssue[]): string {
  const lines = text.split("\n");
  return issues
    .toSorted((a, b) => a.location.line - b.location.line || a.location.column - b.location.column)
    .map((issue) => formatIssue(lines, issue))
    .join("\n");
}

function formatIssue(lines: readonly string[], { location: { line, column }, message }: CelIssue): string {
  const head = `ERROR: <input>:${line}:${column + 1}: ${message}`;
  const snippet = lines[line - 1]?.replaceAll("\t", " ");
  if (snippet === undefined || snippet.length > MAX_SNIPPET_LENGTH) return head;
  const characters = Array.from(snippet);
  const dots = characters.slice(0, column).map((character) => (isWide(character) ? "\uff0e" : "."));
  const mark = isWide(characters[column] ?? "") ? "\uff3e" : "^";
  return `${head}\n | ${snippet}\n | ${dots.join("")}${mark}`;
}

const isWide = (character: string): boolean => (character.codePointAt(0) ?? 0) > 0x7f;
