const LETTER = /\p{L}/u;
const DIGIT = /\p{Nd}/u;

/** The order of go-yaml's keys: letters after everything else, and runs of digits by their number. */
export function naturalOrder(left: string, right: string): number {
  const a = Array.from(left);
  const b = Array.from(right);
  for (let at = 0; at < a.length && at < b.length; at++) {
    const x = a[at] ?? "";
    const y = b[at] ?? "";
    if (x !== y) return orderAt(a, b, at);
  }
  return a.length - b.length;
}

function orderAt(a: readonly string[], b: readonly string[], at: number): number {
  const x = a[at] ?? "";
  const y = b[at] ?? "";
  const isLetterX = LETTER.test(x);
  const isLetterY = LETTER.test(y);
  if (isLetterX !== isLetterY) return isLetterX ? 1 : -1;
  if (isLetterX) return codePoints(x, y);
  // Behind a digit other than zero, a zero counts as one.
  const lead = (x === "0" || y === "0") && followsNonZeroDigit(a, at) ? "1" : "";
  const runX = digitsFrom(a, at);
  const runY = digitsFrom(b, at);
  const numbers = Number(`${lead}${runX}` || "0") - Number(`${lead}${runY}` || "0");
  return numbers || runX.length - runY.length || codePoints(x, y);
}

const codePoints = (x: string, y: string): number => (x.codePointAt(0) ?? 0) - (y.codePointAt(0) ?? 0);

function followsNonZeroDigit(chars: readonly string[], at: number): boolean {
  for (let before = at - 1; before >= 0 && DIGIT.test(chars[before] ?? ""); before--) {
    if (chars[before] !== "0") return true;
  }
  return false;
}

function digitsFrom(chars: readonly string[], at: number): string {
  let end = at;
  while (end < chars.length && DIGIT.test(chars[end] ?? "")) end++;
  return chars.slice(at, end).join("");
}
