import { type Check, failure, type Finding, ok, skipped, warning } from "./check.ts";
import { engineIfThere } from "./patient.ts";

export const clockCheck: Check = {
  name: "clock",
  timeoutMs: 5000,
  async probe(patient) {
    const zone = patient.env["TZ"]?.replace(/^:/, "") ?? "";
    const engine = (await patient.runsContainers()) ? await engineIfThere(patient) : undefined;
    return clockFinding(zone, engine?.skewMs);
  },
};

/** Tokens and certificates of pods are believed by the engine's time, made by this machine's. */
const TELLING_MS = 2000;
const BREAKING_MS = 60_000;

/** `zone` as in TZ, empty for the machine's own; `skewMs` is undefined when there is no engine to compare with. */
export function clockFinding(zone: string, skewMs: number | undefined): Finding {
  if (zone !== "" && !zone.startsWith("/") && !isTimeZone(zone))
    return warning(`TZ is ${JSON.stringify(zone)}, which is no time zone: times are shown in UTC`, "unset TZ");
  if (skewMs === undefined) return skipped("There is no Docker to compare this machine's clock with");
  const skew = Math.abs(skewMs);
  if (skew >= TELLING_MS) {
    const why = `Docker's clock is ${(skew / 1000).toFixed(0)} s ${skewMs < 0 ? "behind" : "ahead of"} this machine's`;
    const mend = "Restart Docker, or let its machine follow the time: sudo timedatectl set-ntp true";
    return skew >= BREAKING_MS ? failure(why, mend) : warning(why, mend);
  }
  return ok(
    `Docker's clock is this machine's; times are shown in ${zone || Intl.DateTimeFormat().resolvedOptions().timeZone}`,
  );
}

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch {
    // A RangeError is how it says no.
    return false;
  }
}
