import { addressAt, cidrContains, cidrSize, cidrText, parseIpv4, type Cidr } from "../../lib/cidr.ts";
import { NumberPool } from "./number-pool.ts";

/** The addresses of the service range: its first is the network's, its last would be the broadcast's. */
export class AddressPool {
  readonly #range: Cidr;
  readonly #pool: NumberPool;

  constructor(range: Cidr) {
    this.#range = range;
    const count = Math.max(cidrSize(range) - 2, 0);
    this.#pool = new NumberPool(count, reservedOf(count, 16, 256));
  }

  /** What is wrong with taking this address, in upstream's words; undefined: it is taken now. */
  take(address: string): string | undefined {
    const ip = parseIpv4(address);
    const offset = ip === undefined || !cidrContains(this.#range, ip) ? -1 : ip - this.#range.base - 1;
    if (offset < 0 || offset >= cidrSize(this.#range) - 2) {
      return `the provided IP (${address}) is not in the valid range. The range of valid IPs is ${cidrText(this.#range)}`;
    }
    return this.#pool.take(offset) ? undefined : "provided IP is already allocated";
  }

  takeAny(): string | undefined {
    const offset = this.#pool.takeAny();
    return offset === undefined ? undefined : addressAt(this.#range, offset + 1);
  }

  release(address: string): void {
    const ip = parseIpv4(address);
    if (ip !== undefined) this.#pool.release(ip - this.#range.base - 1);
  }
}

/** A share of a range for people's own choices, within bounds (pkg/registry/core/service/ipallocator and portallocator). */
export const reservedOf = (count: number, divisor: number, most: number): number =>
  count <= 16 ? 0 : Math.min(Math.max(16, Math.floor(count / divisor)), most);
