/** One measured figure and what it is compared with. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What a good answer is, in the same unit. */
  readonly aim?: number;
  readonly better: "higher" | "lower";
  /** How it was measured, in a few words. */
  readonly note?: string;
}

export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, unit, aim, better, note }) => [
    name,
    `${shown(value)} ${unit}`,
    aim === undefined ? "" : `${better === "higher" ? ">=" : "<="} ${shown(aim)} ${unit}`,
    aim === undefined ? "" : (better === "higher" ? value >= aim : value <= aim) ? "met" : "MISSED",
    note ?? "",
  ]);
  const table = [["what", "measured", "aim", "", "how"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

const shown = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString("en") : value.toPrecision(3));

export function percentile(values: readonly number[], fraction: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);
