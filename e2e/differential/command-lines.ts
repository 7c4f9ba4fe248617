/** A line for both programs. */
export interface CommandLine {
  readonly words: readonly string[];
  readonly text: string;
  /** The minor version of kubectl since which it says the same as kube. */
  readonly sinceMinor: number;
}

/** Most of what kubectl says has been the same since then. */
const USUAL_MINOR = 31;

/**
 * The command lines of a text, one a line, in words as a shell has them; `#` begins a comment. `@1.36` before a line says that
 * kubectl says the same as kube only since that version.
 */
export function commandLines(text: string): readonly CommandLine[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [prefix = "", minor = USUAL_MINOR] = /^@1\.(\d+) +/.exec(line) ?? [];
      const words = wordsOf(line.slice(prefix.length));
      return { words, text: words.join(" "), sinceMinor: Number(minor) };
    });
}

/** Words in quotes keep their spaces; `''` is an empty one. */
function wordsOf(line: string): readonly string[] {
  const words = line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.map((word) =>
    word.replaceAll(
      /'([^']*)'|"([^"]*)"/g,
      (_, single: string | undefined, double: string | undefined) => single ?? double ?? "",
    ),
  );
}
