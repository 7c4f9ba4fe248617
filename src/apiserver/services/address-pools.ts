import { parseCidr, type Cidr } from "../../lib/cidr.ts";
import { AddressPool } from "./address-pool.ts";

/**
 * All ranges that addresses of Services come from: the cluster's own, and those of ServiceCIDRs. Ranges may overlap; an address is held
 * once, whichever they are.
 */
export class AddressPools {
  readonly #own: AddressPool;
  readonly #added = new Map<string, AddressPool>();
  /** By Services. */
  readonly #held = new Set<string>();
  /** By IPAddresses that somebody made. */
  readonly #reserved = new Set<string>();

  constructor(own: Cidr) {
    this.#own = new AddressPool(own);
  }

  /** What is wrong with taking this address, in upstream's words; undefined: it is taken now. */
  take(address: string): string | undefined {
    if (this.#held.has(address) || this.#reserved.has(address)) return "provided IP is already allocated";
    const problems = this.#all().map((pool) => pool.take(address));
    if (!problems.includes(undefined)) return problems[0];
    this.#held.add(address);
    return undefined;
  }

  takeAny(): string | undefined {
    for (const pool of this.#all()) {
      const address = pool.takeAny();
      if (address === undefined) continue;
      for (const other of this.#all()) if (other !== pool) other.take(address);
      this.#held.add(address);
      return address;
    }
    return undefined;
  }

  release(address: string): void {
    this.#held.delete(address);
    this.#free(address);
  }

  reserve(address: string): void {
    this.#reserved.add(address);
    for (const pool of this.#all()) pool.take(address);
  }

  unreserve(address: string): void {
    this.#reserved.delete(address);
    this.#free(address);
  }

  #free(address: string): void {
    if (this.#held.has(address) || this.#reserved.has(address)) return;
    for (const pool of this.#all()) pool.release(address);
  }

  /** Exactly these ranges besides the cluster's own. */
  setRanges(ranges: readonly string[]): void {
    for (const range of this.#added.keys()) if (!ranges.includes(range)) this.#added.delete(range);
    for (const range of ranges) {
      const cidr = this.#added.has(range) ? undefined : parseCidr(range);
      if (!cidr) continue;
      const pool = new AddressPool(cidr);
      for (const address of [...this.#held, ...this.#reserved]) pool.take(address);
      this.#added.set(range, pool);
    }
  }

  #all(): readonly AddressPool[] {
    return [this.#own, ...this.#added.values()];
  }
}
