/** Whether go-yaml v2 would read a plain word as something else than text, so that it needs quotes. */
export function wouldNotBeText(text: string): boolean {
  return WORDS.has(text) || isNumber(text.replaceAll("_", ""), text) || isTimestamp(text) || SEXAGESIMAL.test(text);
}

const WORDS = new Set(
  [
    "y Y yes Yes YES on On ON true True TRUE n N no No NO off Off OFF false False FALSE",
    "~ null Null NULL .nan .NaN .NAN .inf .Inf .INF +.inf +.Inf +.INF -.inf -.Inf -.INF",
  ]
    .join(" ")
    .split(" "),
).add("");

const SEXAGESIMAL = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const INTEGER = /^[-+]?(?:0|[1-9][0-9]*|0[0-7]+|0[oO][0-7]+|0[xX][0-9a-fA-F]+|0[bB][01]+)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/** Underscores count for nothing, unless the word starts with one. */
function isNumber(digits: string, text: string): boolean {
  return /^[-+.0-9]/.test(text) && (INTEGER.test(digits) || FLOAT.test(digits));
}

const TIMESTAMP =
  /^\d{4}-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?(?:Z|[-+]\d\d:\d\d)| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,]\d+)?)?$/;

function isTimestamp(text: string): boolean {
  const match = TIMESTAMP.exec(text);
  if (!match) return false;
  const [, month, day, hour, minute, second, hour2, minute2, second2] = match.map((part) => Number(part ?? 0));
  const daysInMonth = new Date(Date.UTC(Number(text.slice(0, 4)), month ?? 0, 0)).getUTCDate();
  return (
    inRange(month, 1, 12) &&
    inRange(day, 1, daysInMonth) &&
    inRange(hour, 0, 23) &&
    inRange(minute, 0, 59) &&
    inRange(second, 0, 59) &&
    inRange(hour2, 0, 23) &&
    inRange(minute2, 0, 59) &&
    inRange(second2, 0, 59)
  );
}

const inRange = (value: number | undefined, min: number, max: number): boolean =>
  value !== undefined && value >= min && value <= max;
