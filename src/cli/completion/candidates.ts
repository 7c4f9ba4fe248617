/** What may stand at the end of a line. */
export interface Candidates {
  readonly candidates: readonly Candidate[];
  /** Nothing follows directly: `--flag=`, `pod:`. */
  readonly noSpace?: boolean;
  /** The shell may offer its files. */
  readonly files?: boolean;
}

interface Candidate {
  readonly text: string;
  readonly description?: string;
}

export const NOTHING: Candidates = { candidates: [] };
export const FILES: Candidates = { candidates: [], files: true };

export const textsOnly = (texts: readonly string[]): Candidates => ({ candidates: texts.map((text) => ({ text })) });

const NO_SPACE = 2;
const NO_FILES = 4;

/** In the protocol of cobra, which existing completions of kubectl speak: lines, and a number for the shell. */
export function candidatesText({ candidates, noSpace = false, files = false }: Candidates, typed: string): string {
  const lines = candidates
    .filter(({ text }) => text.startsWith(typed))
    .map(({ text, description }) => (description ? `${text}\t${description.replaceAll(/\s+/g, " ")}\n` : `${text}\n`));
  return `${lines.join("")}:${(noSpace ? NO_SPACE : 0) + (files ? 0 : NO_FILES)}\n`;
}
