import { GO_DURATION_UNITS } from "../../lib/go/go-duration.ts";

/** What Go says of a text that is no duration. */
export function goDurationProblem(text: string): string {
  if (text !== "" && /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text))
    return `time: missing unit in duration ${JSON.stringify(text)}`;
  const unit = /^[+-]?(?:\d+\.?\d*|\.\d+)([^\d.]+)/.exec(text)?.[1];
  return unit !== undefined && !GO_DURATION_UNITS.includes(unit)
    ? `time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`
    : `time: invalid duration ${JSON.stringify(text)}`;
}
