/** How cells of a column sort: durations and quantities by size, numbers by value, `1/3` by its parts, the rest as text. */
export function compareCells(left: string, right: string): number {
  const leftSize = sizeOf(left);
  const rightSize = sizeOf(right);
  if (leftSize !== undefined && rightSize !== undefined) return leftSize - rightSize;
  if (leftSize !== undefined) return -1;
  if (rightSize !== undefined) return 1;
  return left < right ? -1 : left > right ? 1 : 0;
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, y: 31_536_000 };
const FACTORS: Readonly<Record<string, number>> = {
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

function sizeOf(cell: string): number | undefined {
  const number = /^-?\d+(?:\.\d+)?(?= \(|$)/.exec(cell);
  if (number) return Number(number[0]);
  if (/^(?:\d+[smhdy])+$/.test(cell)) return durationSeconds(cell);
  const fraction = /^(\d+)\/(\d+)$/.exec(cell);
  if (fraction) return Number(fraction[1]) + Number(fraction[2]) / 1e6;
  const quantity = /^(\d+(?:\.\d+)?)([KMGT]i|[kMGT])$/.exec(cell);
  return quantity ? Number(quantity[1]) * (FACTORS[quantity[2] ?? ""] ?? 1) : undefined;
}

function durationSeconds(text: string): number {
  let seconds = 0;
  for (const [, amount = "0", unit = "s"] of text.matchAll(/(\d+)([smhdy])/g)) {
    seconds += Number(amount) * (SECONDS[unit] ?? 1);
  }
  return seconds;
}
