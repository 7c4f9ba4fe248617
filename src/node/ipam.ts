import { addressAt, type Cidr, cidrContains, cidrSize, parseIpv4 } from "../lib/cidr.ts";

/** The network itself and the gateway come first, the broadcast address last. */
const RESERVED_FIRST = 2;
const RESERVED_LAST = 1;

/**
 * The addresses of one node's pods. An address is given to one pod at a time, and a freed one is used again as late as possible:
 * who still believes in the old owner should not meet the new one.
 */
export class PodAddresses {
  readonly #cidr: Cidr;
  readonly #addressByUid = new Map<string, string>();
  readonly #used = new Set<string>();
  #next = RESERVED_FIRST;

  constructor(cidr: Cidr) {
    this.#cidr = cidr;
  }

  /** Remembers an address that a running pod already has. Undone by `release`. */
  adopt(uid: string, address: string): void {
    const ip = parseIpv4(address);
    if (ip === undefined || !cidrContains(this.#cidr, ip)) return;
    this.#addressByUid.set(uid, address);
    this.#used.add(address);
    this.#next = Math.max(this.#next, ip - this.#cidr.base + 1);
  }

  /** The address of a pod, the same one until it is released. Undefined: none is left. */
  allocate(uid: string): string | undefined {
    const known = this.#addressByUid.get(uid);
    if (known !== undefined) return known;
    const count = cidrSize(this.#cidr) - RESERVED_FIRST - RESERVED_LAST;
    for (let step = 0; step < count; step++) {
      const offset = RESERVED_FIRST + ((this.#next - RESERVED_FIRST + step) % count);
      const address = addressAt(this.#cidr, offset);
      if (this.#used.has(address)) continue;
      this.#next = offset + 1;
      this.#used.add(address);
      this.#addressByUid.set(uid, address);
      return address;
    }
    return undefined;
  }

  release(uid: string): void {
    const address = this.#addressByUid.get(uid);
    if (address === undefined) return;
    this.#addressByUid.delete(uid);
    this.#used.delete(address);
  }
}
