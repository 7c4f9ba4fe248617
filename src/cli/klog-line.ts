import { microTimestamp } from "../lib/time/clock.ts";
import type { CliContext } from "./context.ts";

/** A line as kubectl's log has it, which people know how to read: `W1128 18:33:01.000000    1234 file.ts] text`. */
export function klogLine(
  severity: "I" | "W",
  { clock }: Pick<CliContext, "clock">,
  file: string,
  text: string,
): string {
  const [date = "", time = ""] = microTimestamp(clock.now()).slice(5, 26).replace("-", "").split("T");
  return `${severity}${date} ${time} ${String(process.pid).padStart(7)} ${file}] ${text}\n`;
}
