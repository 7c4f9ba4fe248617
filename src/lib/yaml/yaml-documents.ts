/** One document of a file of several. */
export interface YamlDocument {
  readonly text: string;
  /** The line of the file on which it starts, for messages. */
  readonly firstLine: number;
}

/** Splits a file at its `---` lines, as kubectl does; documents of nothing but comments and spaces are left out. */
export function yamlDocuments(text: string): YamlDocument[] {
  const documents: YamlDocument[] = [];
  let lines: string[] = [];
  let firstLine = 1;
  const finish = (nextLine: number): void => {
    if (lines.some(hasContent)) documents.push({ text: lines.join("\n"), firstLine });
    lines = [];
    firstLine = nextLine;
  };
  for (const [index, line] of text
    .replace(/^\u{feff}/u, "")
    .split(/\r?\n/)
    .entries()) {
    if (!SEPARATOR.test(line)) {
      lines.push(line);
      continue;
    }
    finish(index + 1);
    // What stands behind the dashes belongs to the new document; the line stays so that line numbers are right.
    lines.push(line.replace(/^---/, "   "));
  }
  finish(0);
  return documents;
}

const SEPARATOR = /^---(?:\s|$)/;

const hasContent = (line: string): boolean => !/^\s*(?:#.*)?$/.test(line) && !/^(?:%|\.\.\.)/.test(line);
