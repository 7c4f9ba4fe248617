import { parseLabelSelector } from "../api/label-selector.ts";
import type { FeedRow } from "./feed.ts";

/** Which rows a filter lets through, or why it is not one. */
export type RowFilter =
  | { readonly matches: (row: FeedRow) => boolean }
  | { readonly matches?: undefined; readonly problem: string };

const EVERYTHING: RowFilter = { matches: () => true };

/** `text` or a regular expression, `!` in front for the opposite, `-l app=web` for labels, `-f wb0` for letters in order. */
export function rowFilter(text: string): RowFilter {
  if (text === "" || text === "!" || text === "-l" || text === "-f") return EVERYTHING;
  if (text.startsWith("-l ")) return labelFilter(text.slice(3).trim());
  if (text.startsWith("-f ")) return fuzzyFilter(text.slice(3).trim());
  if (text.startsWith("!")) return inverse(rowMatcher(text.slice(1)));
  const matches = rowMatcher(text);
  return { matches };
}

/** The same for a line of text: without labels. */
export function lineFilter(text: string): (line: string) => boolean {
  if (text.startsWith("!") && text.length > 1) {
    const matches = textMatcher(text.slice(1));
    return (line) => !matches(line);
  }
  return textMatcher(text);
}

/** What is no regular expression (yet, while it is typed) is looked for as it is. */
export function textMatcher(text: string): (line: string) => boolean {
  try {
    const pattern = new RegExp(text, "i");
    return (line) => pattern.test(line);
  } catch {
    const wanted = text.toLowerCase();
    return (line) => line.toLowerCase().includes(wanted);
  }
}

const inverse = (matches: (row: FeedRow) => boolean): RowFilter => ({ matches: (row) => !matches(row) });

/** A row begins with its name, or with its namespace: what is to be at the beginning may be either. */
function rowMatcher(text: string): (row: FeedRow) => boolean {
  const matches = textMatcher(text);
  return ({ namespace = "", cells }) => {
    const own = cells.join(" ");
    return matches(own) || (namespace !== "" && matches(`${namespace} ${own}`));
  };
}

function labelFilter(text: string): RowFilter {
  try {
    const selector = parseLabelSelector(text);
    return { matches: ({ labels }) => selector.matches(labels) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function fuzzyFilter(text: string): RowFilter {
  const wanted = text.toLowerCase();
  return { matches: ({ name }) => hasInOrder(name.toLowerCase(), wanted) };
}

function hasInOrder(text: string, wanted: string): boolean {
  let from = 0;
  for (const letter of wanted) {
    const found = text.indexOf(letter, from);
    if (found < 0) return false;
    from = found + 1;
  }
  return true;
}
