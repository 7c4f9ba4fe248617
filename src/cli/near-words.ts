const MOST_EDITS = 2;

/** Is `typed` likely to mean `word`? A beginning of it, or at most two edits away from it. */
export function isNear(typed: string, word: string): boolean {
  return word.startsWith(typed.toLowerCase()) || edits(typed.toLowerCase(), word) <= MOST_EDITS;
}

/** `Did you mean pods?`, or several, the nearest first; undefined when nothing is near. */
export function didYouMean(typed: string, words: Iterable<string>): string | undefined {
  const wanted = typed.toLowerCase();
  const near = [...new Set(words)]
    .filter((word) => word !== typed && edits(wanted, word.toLowerCase()) <= Math.min(MOST_EDITS, typed.length / 3))
    .toSorted((left, right) => edits(wanted, left.toLowerCase()) - edits(wanted, right.toLowerCase()))
    .slice(0, MOST_SUGGESTIONS);
  return near.length === 0 ? undefined : `Did you mean ${near.join(", or ")}?`;
}

const MOST_SUGGESTIONS = 3;

/** Levenshtein's distance. */
function edits(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let at = 1; at <= left.length; at++) {
    const next = [at];
    for (let to = 1; to <= right.length; to++) {
      const replaced = (row[to - 1] ?? 0) + (left[at - 1] === right[to - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
