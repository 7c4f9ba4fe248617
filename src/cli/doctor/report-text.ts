import type { CheckReport } from "./check.ts";

/** A table for people; below a row stands what mends it. */
export function reportText(reports: readonly CheckReport[]): string {
  const nameWidth = Math.max(...reports.map(({ name }) => name.length));
  const row = (name: string, result: string, time: string, why: string): string =>
    `${name.padEnd(nameWidth)}   ${result.padEnd("warning".length)}   ${time.padStart(8)}   ${why}\n`;
  const rows = reports.map(({ name, result, ms, why, mend }) => {
    const line = row(name, result, `${Math.round(ms)} ms`, why);
    return mend ? `${line}${row("", "", "", `-> ${mend}`)}` : line;
  });
  return [row("CHECK", "RESULT", "TIME", "WHY"), ...rows, "\n", summary(reports)].join("");
}

function summary(reports: readonly CheckReport[]): string {
  const count = (result: CheckReport["result"]): number => reports.filter((each) => each.result === result).length;
  const parts = [
    `${count("ok")} ok`,
    ...(["warning", "failure"] as const).flatMap((result) => {
      const found = count(result);
      return found === 0 ? [] : [`${found} ${result}${found > 1 ? "s" : ""}`];
    }),
    ...(count("skipped") === 0 ? [] : [`${count("skipped")} skipped`]),
  ];
  return `${parts.join(", ")}\n`;
}
