import { readFile } from "node:fs/promises";

import { type Cidr, cidrsOverlap, cidrText, parseCidr } from "../../lib/cidr.ts";
import { UserError } from "../../lib/user-error.ts";

/** The ranges of a cluster: pods in one, Services in the other. */
export interface AddressRanges {
  readonly podRange: string;
  readonly serviceRange: string;
}

/**
 * The first pair of ranges that meets none of `taken`. Two clusters on one machine never share a range, because both keep their
 * rules in the same kernel.
 */
export function freeRanges(taken: readonly Cidr[]): AddressRanges {
  return {
    podRange: firstFree([...POD_RANGES], taken, "pods"),
    serviceRange: firstFree([...SERVICE_RANGES], taken, "Services"),
  };
}

/** Kubernetes' customary ranges first. */
const POD_RANGES = ["10.244.0.0/16", ...sixteens(10, 245, 254), ...sixteens(10, 128, 243), ...sixteens(172, 24, 31)];
const SERVICE_RANGES = ["10.96.0.0/16", ...sixteens(10, 97, 127), ...sixteens(10, 32, 95)];

function sixteens(first: number, from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `${first}.${from + index}.0.0/16`);
}

function firstFree(candidates: readonly string[], taken: readonly Cidr[], purpose: string): string {
  const free = candidates.find((candidate) => {
    const range = parseCidr(candidate);
    return range !== undefined && !taken.some((other) => cidrsOverlap(range, other));
  });
  if (free === undefined) {
    throw new UserError(
      `Cannot find a free address range for ${purpose}: all ${candidates.length} candidates overlap with routes of this machine`,
      {
        hint: `Choose one yourself with --pod-range and --service-range`,
      },
    );
  }
  return free;
}

/** Throws UserError unless `text` is a range of at least `minSize` bits that overlaps none of `taken`. */
export function checkRange(text: string, option: string, longestPrefix: number, taken: readonly Cidr[]): Cidr {
  const range = parseCidr(text);
  if (!range || range.prefixLength > longestPrefix || range.prefixLength < 8) {
    throw new UserError(
      `Cannot use ${option} ${JSON.stringify(text)}: it must be an IPv4 range from /8 to /${longestPrefix}, such as 10.244.0.0/16`,
      {
        exitCode: 64,
      },
    );
  }
  const other = taken.find((each) => cidrsOverlap(each, range));
  if (other)
    throw new UserError(
      `Cannot use ${option} ${text}: it overlaps with ${cidrText(other)}, which this machine already uses`,
    );
  return range;
}

/** Destinations of this machine's routes but the default one. Where there is no such file (not Linux), nothing is known to be taken. */
export async function hostRoutes(path = "/proc/net/route"): Promise<readonly Cidr[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  return routesFrom(text);
}

/** Reads the kernel's table: addresses are little-endian hexadecimal. */
export function routesFrom(table: string): readonly Cidr[] {
  return table
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const columns = line.trim().split(/\s+/);
      const [destination, mask] = [columns[1], columns[7]];
      if (!destination || !mask || mask === "00000000") return [];
      return [{ base: swapped(destination), prefixLength: bitCount(swapped(mask)) }];
    });
}

const swapped = (hex: string): number => Buffer.from(hex, "hex").readUInt32LE(0);

function bitCount(mask: number): number {
  return mask.toString(2).replaceAll("0", "").length;
}
