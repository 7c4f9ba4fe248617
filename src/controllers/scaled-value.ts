import type { IntOrString } from "../api/types/meta-v1.ts";

/** `25%` of `total`, or a number as it is; not rounded. Validation lets nothing else in. */
export function scaledValue(setting: IntOrString, total: number): number {
  return typeof setting === "number" ? setting : (Number.parseInt(setting, 10) * total) / 100;
}
