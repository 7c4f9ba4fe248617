import type { FieldErrors } from "./field-errors.ts";
import { parseIp, parseIpRange, parseLooseIp } from "./ip-address.ts";

/** Refuses addresses that cannot be where packets are sent to (upstream's ValidateEndpointIP). */
export function validateEndpointIp(text: string, path: string, errors: FieldErrors): void {
  const ip = parseLooseIp(text);
  if (!ip) return errors.invalid(path, text, "must be a valid IP address");
  const isIpv4 = ip.family === 4;
  if (ip.value === 0n) errors.invalid(path, text, `may not be unspecified (${text})`);
  if (isIpv4 ? ip.value >> 24n === 127n : ip.value === 1n) {
    errors.invalid(path, text, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
  }
  if (isIpv4 ? ip.value >> 16n === 0xa9fen : ip.value >> 118n === 0x3fan) {
    errors.invalid(path, text, "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
  }
  if (isIpv4 ? ip.value >> 8n === 0xe00000n : ((ip.value >> 112n) & 0xff0fn) === 0xff02n) {
    errors.invalid(path, text, "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
  }
}

/** Whether packets to it go to one machine that others can be asked about (Go's IsGlobalUnicast): neither this machine nor its link. */
export function isGlobalUnicast(text: string): boolean {
  const ip = parseIp(text);
  if (!ip || ip.value === 0n) return false;
  if (ip.family === 4) {
    const first = ip.value >> 24n;
    const isMulticast = first >= 224n && first <= 239n;
    return first !== 127n && ip.value >> 16n !== 0xa9fen && !isMulticast && ip.value !== 0xffff_ffffn;
  }
  return ip.value !== 1n && ip.value >> 118n !== 0x3fan && ip.value >> 120n !== 0xffn;
}

/** Whether a list of addresses has addresses of both families. */
export function isDualStack(texts: readonly string[]): boolean {
  return hasBoth(texts.map((text) => parseIp(text)?.family));
}

/** As `isDualStack`, for ranges. */
export function areDualStackRanges(texts: readonly string[]): boolean {
  return hasBoth(texts.map((text) => parseIpRange(text)?.address.family));
}

const hasBoth = (families: readonly (number | undefined)[]): boolean => families.includes(4) && families.includes(6);
