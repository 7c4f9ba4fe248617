/** Two texts compared line by line, as `diff -u` shows it: changed lines with three lines around them. No file names. */
export function unifiedDiff(before: string, after: string): string {
  const edits = lineEdits(before.split("\n"), after.split("\n"));
  return hunks(edits).map(hunkText).join("");
}

interface Edit {
  readonly kind: " " | "-" | "+";
  readonly line: string;
  /** Lines of each text that stand before this one. */
  readonly oldIndex: number;
  readonly newIndex: number;
}

const CONTEXT_LINES = 3;

/** The shortest way from one list of lines to the other. */
function lineEdits(before: readonly string[], after: readonly string[]): Edit[] {
  const start = commonLength(before, after);
  const rest = { before: before.slice(start), after: after.slice(start) };
  const end = commonLength(rest.before.toReversed(), rest.after.toReversed());
  const oldLines = rest.before.slice(0, rest.before.length - end);
  const newLines = rest.after.slice(0, rest.after.length - end);
  const lengths = commonSubsequenceLengths(oldLines, newLines);

  const edits: Edit[] = [];
  const push = (kind: Edit["kind"], line: string, oldIndex: number, newIndex: number): void => {
    edits.push({ kind, line, oldIndex, newIndex });
  };
  before.slice(0, start).forEach((line, index) => push(" ", line, index, index));
  let i = 0;
  let j = 0;
  while (i < oldLines.length || j < newLines.length) {
    const oldLine = oldLines[i];
    const newLine = newLines[j];
    if (oldLine !== undefined && oldLine === newLine) push(" ", oldLine, start + i++, start + j++);
    else if (oldLine !== undefined && (newLine === undefined || at(lengths, i + 1, j) >= at(lengths, i, j + 1))) {
      push("-", oldLine, start + i++, start + j);
    } else if (newLine !== undefined) push("+", newLine, start + i, start + j++);
  }
  before
    .slice(before.length - end)
    .forEach((line, index) => push(" ", line, before.length - end + index, after.length - end + index));
  return edits;
}

function commonLength(a: readonly string[], b: readonly string[]): number {
  const length = a.findIndex((line, index) => line !== b[index]);
  return length === -1 ? a.length : length;
}

/** Of the rests from line i of one and line j of the other. */
function commonSubsequenceLengths(a: readonly string[], b: readonly string[]): Uint32Array[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = lengths[i];
      if (!row) continue;
      row[j] = a[i] === b[j] ? at(lengths, i + 1, j + 1) + 1 : Math.max(at(lengths, i + 1, j), at(lengths, i, j + 1));
    }
  }
  return lengths;
}

const at = (lengths: readonly Uint32Array[], i: number, j: number): number => lengths[i]?.[j] ?? 0;

/** Runs of edits with changes that are at most twice the context apart. */
function hunks(edits: readonly Edit[]): Edit[][] {
  const result: Edit[][] = [];
  let lastShown = -1;
  edits.forEach(({ kind }, index) => {
    if (kind === " ") return;
    const first = Math.max(index - CONTEXT_LINES, 0);
    const last = Math.min(index + CONTEXT_LINES, edits.length - 1);
    const current = result.at(-1);
    if (current && first <= lastShown + 1) current.push(...edits.slice(lastShown + 1, last + 1));
    else result.push(edits.slice(first, last + 1));
    lastShown = last;
  });
  return result;
}

function hunkText(edits: readonly Edit[]): string {
  const [first] = edits;
  if (!first) return "";
  const oldCount = edits.filter(({ kind }) => kind !== "+").length;
  const newCount = edits.filter(({ kind }) => kind !== "-").length;
  const header = `@@ -${range(first.oldIndex, oldCount)} +${range(first.newIndex, newCount)} @@\n`;
  return header + edits.map(({ kind, line }) => `${kind}${line}\n`).join("");
}

/** An empty range names the line before it. */
function range(index: number, count: number): string {
  if (count === 1) return `${index + 1}`;
  return count === 0 ? `${index},0` : `${index + 1},${count}`;
}
