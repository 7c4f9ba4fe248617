/** IP addresses and ranges in expressions (apiserver/pkg/cel/library/ip.go and cidr.go). */
import { member, overload, type FunctionDeclaration } from "../../lib/cel/functions.ts";
import { BOOL, INT, opaqueType, STRING } from "../../lib/cel/types.ts";
import { CelError, OpaqueValue } from "../../lib/cel/values.ts";
import {
  formatIp,
  formatIpRange,
  type IpAddress,
  type IpRange,
  maskedRange,
  parseIp,
  parseIpRange,
} from "../ip-address.ts";

const IP = opaqueType("net.IP");
const CIDR = opaqueType("net.CIDR");
const BYTES = { 4: 4, 6: 16 } as const;

class IpValue extends OpaqueValue {
  override readonly type = IP;
  readonly address: IpAddress;

  constructor(address: IpAddress) {
    super();
    this.address = address;
  }

  override equals(other: OpaqueValue): boolean {
    return other instanceof IpValue && sameAddress(this.address, other.address);
  }

  override costSize(): number {
    return BYTES[this.address.family];
  }
}

class CidrValue extends OpaqueValue {
  override readonly type = CIDR;
  readonly range: IpRange;

  constructor(range: IpRange) {
    super();
    this.range = range;
  }

  override equals(other: OpaqueValue): boolean {
    return (
      other instanceof CidrValue &&
      sameAddress(this.range.address, other.range.address) &&
      this.range.prefixLength === other.range.prefixLength
    );
  }

  override costSize(): number {
    return Math.ceil(this.range.prefixLength / 8);
  }
}

const sameAddress = (a: IpAddress, b: IpAddress): boolean => a.family === b.family && a.value === b.value;
const isMapped = ({ family, value }: IpAddress): boolean => family === 6 && value >> 32n === 0xffffn;

function parsedIp(text: string): IpAddress | string {
  const zone = text.indexOf("%");
  if (zone > 0 && parseIp(text.slice(0, zone))?.family === 6) {
    return `IP address ${JSON.stringify(text)} with zone value is not allowed`;
  }
  const address = parseIp(text);
  if (!address) {
    const quoted = JSON.stringify(text);
    const why = text === "" || !/[.:]/.test(text) ? "unable to parse IP" : "unexpected character";
    return `IP Address ${quoted} parse error during conversion from string: ParseAddr(${quoted}): ${why}`;
  }
  return isMapped(address) ? `IPv4-mapped IPv6 address ${JSON.stringify(text)} is not allowed` : address;
}

function ipOf(text: string): IpValue {
  const parsed = parsedIp(text);
  if (typeof parsed === "string") throw new CelError(parsed);
  return new IpValue(parsed);
}

function parsedCidr(text: string): IpRange | string {
  const range = parseIpRange(text);
  if (!range) {
    const quoted = JSON.stringify(text);
    const why = text.includes("/") ? "unable to parse IP" : "no '/'";
    return `network address parse error during conversion from string: netip.ParsePrefix(${quoted}): ${why}`;
  }
  return isMapped(range.address) ? `IPv4-mapped IPv6 address ${JSON.stringify(text)} is not allowed` : range;
}

function cidrOf(text: string): CidrValue {
  const parsed = parsedCidr(text);
  if (typeof parsed === "string") {
    throw new CelError(`network address parse error during conversion from string: ${parsed}`);
  }
  return new CidrValue(parsed);
}

function contains({ range }: CidrValue, { address }: IpValue): boolean {
  if (address.family !== range.address.family) return false;
  const { prefixLength } = range;
  return sameAddress(maskedRange({ address, prefixLength }).address, maskedRange(range).address);
}

const containsRange = (cidr: CidrValue, other: CidrValue): boolean =>
  cidr.range.prefixLength <= other.range.prefixLength && contains(cidr, new IpValue(other.range.address));

const v4Prefix = (bits: bigint, length: bigint) => (value: bigint) => value >> (32n - length) === bits;
const v6Prefix = (bits: bigint, length: bigint) => (value: bigint) => value >> (128n - length) === bits;

interface Families {
  readonly 4: (value: bigint) => boolean;
  readonly 6: (value: bigint) => boolean;
}

const is = ({ family, value }: IpAddress, families: Families): boolean => families[family](value);

const UNSPECIFIED: Families = { 4: (value) => value === 0n, 6: (value) => value === 0n };
const LOOPBACK: Families = { 4: v4Prefix(127n, 8n), 6: (value) => value === 1n };
const MULTICAST: Families = { 4: v4Prefix(0b1110n, 4n), 6: v6Prefix(0xffn, 8n) };
const LINK_LOCAL: Families = { 4: v4Prefix(0xa9fen, 16n), 6: v6Prefix(0b1111111010n, 10n) };
const LINK_LOCAL_MULTICAST: Families = {
  4: v4Prefix(0xe00000n, 24n),
  6: (value) => value >> 120n === 0xffn && ((value >> 112n) & 0xfn) === 2n,
};

const isGlobalUnicast = (address: IpAddress): boolean =>
  ![UNSPECIFIED, LOOPBACK, MULTICAST, LINK_LOCAL].some((families) => is(address, families)) &&
  !(address.family === 4 && address.value === 0xffffffffn);

const ipTest = (name: string, id: string, holds: (address: IpAddress) => boolean): FunctionDeclaration => ({
  name,
  overloads: [member(id, [IP], BOOL, ({ address }: IpValue) => holds(address))],
});

export const NETWORK_FUNCTIONS: readonly FunctionDeclaration[] = [
  {
    name: "ip",
    overloads: [
      overload("string_to_ip", [STRING], IP, ipOf),
      member("cidr_ip", [CIDR], IP, ({ range }: CidrValue) => new IpValue(range.address)),
    ],
  },
  {
    name: "isIP",
    overloads: [overload("is_ip", [STRING], BOOL, (text: string) => typeof parsedIp(text) !== "string")],
  },
  {
    name: "ip.isCanonical",
    overloads: [overload("ip_is_canonical", [STRING], BOOL, (text: string) => formatIp(ipOf(text).address) === text)],
  },
  { name: "family", overloads: [member("ip_family", [IP], INT, ({ address }: IpValue) => BigInt(address.family))] },
  ipTest("isUnspecified", "ip_is_unspecified", (address) => is(address, UNSPECIFIED)),
  ipTest("isLoopback", "ip_is_loopback", (address) => is(address, LOOPBACK)),
  ipTest("isLinkLocalMulticast", "ip_is_link_local_multicast", (address) => is(address, LINK_LOCAL_MULTICAST)),
  ipTest("isLinkLocalUnicast", "ip_is_link_local_unicast", (address) => is(address, LINK_LOCAL)),
  ipTest("isGlobalUnicast", "ip_is_global_unicast", isGlobalUnicast),
  {
    name: "string",
    overloads: [
      overload("ip_to_string", [IP], STRING, ({ address }: IpValue) => formatIp(address)),
      overload("cidr_to_string", [CIDR], STRING, ({ range }: CidrValue) => formatIpRange(range)),
    ],
  },
  { name: "cidr", overloads: [overload("string_to_cidr", [STRING], CIDR, cidrOf)] },
  {
    name: "isCIDR",
    overloads: [overload("is_cidr", [STRING], BOOL, (text: string) => typeof parsedCidr(text) !== "string")],
  },
  {
    name: "containsIP",
    overloads: [
      member("cidr_contains_ip_string", [CIDR, STRING], BOOL, (cidr: CidrValue, text: string) =>
        contains(cidr, ipOf(text)),
      ),
      member("cidr_contains_ip_ip", [CIDR, IP], BOOL, contains),
    ],
  },
  {
    name: "containsCIDR",
    overloads: [
      member("cidr_contains_cidr_string", [CIDR, STRING], BOOL, (cidr: CidrValue, text: string) =>
        containsRange(cidr, cidrOf(text)),
      ),
      member("cidr_contains_cidr", [CIDR, CIDR], BOOL, containsRange),
    ],
  },
  {
    name: "prefixLength",
    overloads: [member("cidr_prefix_length", [CIDR], INT, ({ range }: CidrValue) => BigInt(range.prefixLength))],
  },
  {
    name: "masked",
    overloads: [member("cidr_masked", [CIDR], CIDR, ({ range }: CidrValue) => new CidrValue(maskedRange(range)))],
  },
];
