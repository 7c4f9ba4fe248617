/**
 * IP addresses and ranges in text, both families, with what upstream says of malformed ones
 * (apimachinery/pkg/util/validation/ip.go). Works on numbers of 32 or 128 bits.
 */
import type { FieldErrors } from "./field-errors.ts";

export interface IpAddress {
  readonly family: 4 | 6;
  readonly value: bigint;
}

export interface IpRange {
  readonly address: IpAddress;
  readonly prefixLength: number;
}

const BITS = { 4: 32, 6: 128 } as const;

/** Undefined when malformed. Leading zeros in IPv4 parts are refused: C libraries read them as octal. */
export function parseIp(text: string): IpAddress | undefined {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

/** As old fields were read: leading zeros do no harm here. */
export function parseLooseIp(text: string): IpAddress | undefined {
  return parseIp(text) ?? parseIp(withoutLeadingZeros(text));
}

/** RFC 5952: lower case, no leading zeros, the longest run of zeros as `::`. */
export function formatIp({ family, value }: IpAddress): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".");
  const groups = Array.from({ length: 8 }, (_, index) => (value >> BigInt(112 - 16 * index)) & 0xffffn);
  const { start, length } = longestZeroRun(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(":");
  return `${hex.slice(0, start).join(":")}::${hex.slice(start + length).join(":")}`;
}

export function parseIpRange(text: string): IpRange | undefined {
  const [addressText = "", lengthText = "", ...rest] = text.split("/");
  const address = parseIp(addressText);
  if (!address || rest.length > 0 || !/^(0|[1-9][0-9]{0,2})$/.test(lengthText)) return undefined;
  const prefixLength = Number(lengthText);
  return prefixLength <= BITS[address.family] ? { address, prefixLength } : undefined;
}

/** The range with the bits behind its prefix cleared. */
export function maskedRange({ address, prefixLength }: IpRange): IpRange {
  const hostBits = BigInt(BITS[address.family] - prefixLength);
  return { address: { family: address.family, value: (address.value >> hostBits) << hostBits }, prefixLength };
}

export const formatIpRange = ({ address, prefixLength }: IpRange): string => `${formatIp(address)}/${prefixLength}`;

/** Fields that existed before the strict rules: any form, but unambiguous (StrictIPCIDRValidation, on since 1.36). */
export function validateIp(text: string, path: string, errors: FieldErrors): void {
  const address = parseIp(text);
  if (!address) {
    errors.invalid(
      path,
      text,
      parseIp(withoutLeadingZeros(text))
        ? "must not have leading 0s"
        : "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
    );
  } else if (isMappedIpv4(address)) {
    errors.invalid(path, text, "must not be an IPv4-mapped IPv6 address");
  }
}

/** Newer fields: the canonical form only. */
export function validateCanonicalIp(text: string, path: string, errors: FieldErrors): void {
  const address = parseIp(text);
  if (!address || isMappedIpv4(address)) return validateIp(text, path, errors);
  const canonical = formatIp(address);
  if (canonical !== text) errors.invalid(path, text, `must be in canonical form (${JSON.stringify(canonical)})`);
}

/** As `validateIp`, for ranges. */
export function validateIpRange(text: string, path: string, errors: FieldErrors): void {
  const range = parseIpRange(text);
  if (!range) {
    errors.invalid(
      path,
      text,
      parseIpRange(withoutLeadingZeros(text))
        ? "must not have leading 0s in IP or prefix length"
        : "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)",
    );
  } else if (isMappedIpv4(range.address)) {
    errors.invalid(path, text, "must not have an IPv4-mapped IPv6 address");
  } else if (maskedRange(range).address.value !== range.address.value) {
    errors.invalid(path, text, "must not have bits set beyond the prefix length");
  }
}

/** As `validateCanonicalIp`, for ranges. */
export function validateCanonicalIpRange(text: string, path: string, errors: FieldErrors): void {
  const range = parseIpRange(text);
  if (!range || isMappedIpv4(range.address) || maskedRange(range).address.value !== range.address.value) {
    return validateIpRange(text, path, errors);
  }
  const canonical = formatIpRange(range);
  if (canonical !== text) errors.invalid(path, text, `must be in canonical form (${JSON.stringify(canonical)})`);
}

function parseIpv4(text: string): IpAddress | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256)) {
    return undefined;
  }
  return { family: 4, value: parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n) };
}

function parseIpv6(text: string): IpAddress | undefined {
  const sides = text.split("::");
  if (sides.length > 2) return undefined;
  const [head = [], tail = []] = sides.map((side, index) => groupsOf(side, index === sides.length - 1));
  if (head.includes(undefined) || tail.includes(undefined)) return undefined;
  const missing = 8 - head.length - tail.length;
  if (sides.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => 0n), ...tail];
  return { family: 6, value: groups.reduce<bigint>((value, group) => (value << 16n) | (group ?? 0n), 0n) };
}

/** The 16-bit groups of one side of `::`; undefined stands for a malformed one. An IPv4 address may end the last side. */
function groupsOf(side: string, isLast: boolean): (bigint | undefined)[] {
  if (side === "") return [];
  const parts = side.split(":");
  return parts.flatMap((part, index): (bigint | undefined)[] => {
    if (isLast && index === parts.length - 1 && part.includes(".")) {
      const ipv4 = parseIpv4(part);
      return ipv4 ? [ipv4.value >> 16n, ipv4.value & 0xffffn] : [undefined];
    }
    return [/^[0-9a-fA-F]{1,4}$/.test(part) ? BigInt(`0x${part}`) : undefined];
  });
}

function longestZeroRun(groups: readonly bigint[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  let start = 0;
  groups.forEach((group, index) => {
    if (group !== 0n) start = index + 1;
    else if (index + 1 - start > longest.length) longest = { start, length: index + 1 - start };
  });
  return longest;
}

const isMappedIpv4 = ({ family, value }: IpAddress): boolean => family === 6 && value >> 32n === 0xffffn;

/** What the text would be without the zeros that make it ambiguous. */
const withoutLeadingZeros = (text: string): string => text.replace(/(^|[.:/])0+(?=[0-9]+(?:[./]|$))/g, "$1");
