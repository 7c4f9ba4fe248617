/** IPv4 ranges as numbers. IPv6 is refused by the parser: nothing here may guess. */
export interface Cidr {
  /** The first address, as an unsigned 32-bit number. */
  readonly base: number;
  readonly prefixLength: number;
}

/** Undefined when `text` is not an IPv4 range. Host bits are cleared. */
export function parseCidr(text: string): Cidr | undefined {
  const [address = "", length = "", ...rest] = text.split("/");
  const ip = parseIpv4(address);
  if (ip === undefined || rest.length > 0 || !/^\d{1,2}$/.test(length) || Number(length) > 32) return undefined;
  return { base: (ip & maskOf(Number(length))) >>> 0, prefixLength: Number(length) };
}

/** Undefined when `text` is not a dotted IPv4 address without leading zeros. */
export function parseIpv4(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return undefined;
  const parts = match.slice(1);
  if (parts.some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith("0")))) return undefined;
  return parts.reduce((value, part) => ((value << 8) | Number(part)) >>> 0, 0);
}

function ipv4Text(ip: number): string {
  return [ip >>> 24, (ip >>> 16) & 255, (ip >>> 8) & 255, ip & 255].join(".");
}

export function cidrText({ base, prefixLength }: Cidr): string {
  return `${ipv4Text(base)}/${prefixLength}`;
}

/** How many addresses the range has. */
export function cidrSize({ prefixLength }: Cidr): number {
  return 2 ** (32 - prefixLength);
}

/** The address `offset` places behind the first. Throws RangeError outside the range. */
export function addressAt(cidr: Cidr, offset: number): string {
  if (offset < 0 || offset >= cidrSize(cidr)) throw new RangeError(`${cidrText(cidr)} has no address ${offset}`);
  return ipv4Text((cidr.base + offset) >>> 0);
}

export function cidrContains(cidr: Cidr, ip: number): boolean {
  return (ip & maskOf(cidr.prefixLength)) >>> 0 === cidr.base;
}

export function cidrsOverlap(a: Cidr, b: Cidr): boolean {
  const mask = maskOf(Math.min(a.prefixLength, b.prefixLength));
  return (a.base & mask) >>> 0 === (b.base & mask) >>> 0;
}

/** The `index`th part of `cidr` with `prefixLength`; undefined when there are not that many. */
export function subnetAt(cidr: Cidr, prefixLength: number, index: number): Cidr | undefined {
  if (prefixLength < cidr.prefixLength || index >= 2 ** (prefixLength - cidr.prefixLength)) return undefined;
  return { base: (cidr.base + index * 2 ** (32 - prefixLength)) >>> 0, prefixLength };
}

/** What is left of `cidr` without `excepted`, as few ranges as there are. */
export function cidrsWithout(cidr: Cidr, excepted: readonly Cidr[]): readonly Cidr[] {
  const inside = excepted.filter((each) => cidrsOverlap(cidr, each));
  if (inside.length === 0) return [cidr];
  if (inside.some(({ prefixLength }) => prefixLength <= cidr.prefixLength)) return [];
  return [0, 1].flatMap((half) => {
    const part = subnetAt(cidr, cidr.prefixLength + 1, half);
    return part ? cidrsWithout(part, inside) : [];
  });
}

const maskOf = (prefixLength: number): number => (prefixLength === 0 ? 0 : (0xffffffff << (32 - prefixLength)) >>> 0);
