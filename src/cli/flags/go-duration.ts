const UNITS_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

const FORM = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;
const PART = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;

/** Milliseconds of a duration as Go writes it (`1h30m`, `250ms`, `0`), or undefined for anything else. */
export function goDurationMs(text: string): number | undefined {
  if (/^[+-]?0$/.test(text)) return 0;
  if (!FORM.test(text)) return undefined;
  let total = 0;
  for (const [, amount = "", unit = ""] of text.matchAll(PART)) total += Number(amount) * (UNITS_MS[unit] ?? 0);
  return text.startsWith("-") ? -total : total;
}

/** What Go says of a text that is no duration. */
export function goDurationProblem(text: string): string {
  if (text !== "" && /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text))
    return `time: missing unit in duration ${JSON.stringify(text)}`;
  const unit = /^[+-]?(?:\d+\.?\d*|\.\d+)([^\d.]+)/.exec(text)?.[1];
  return unit !== undefined && UNITS_MS[unit] === undefined
    ? `time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`
    : `time: invalid duration ${JSON.stringify(text)}`;
}
