import { reservedOf } from "./address-pool.ts";
import { NumberPool } from "./number-pool.ts";

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** The ports that nodes open for services. */
export class PortPool {
  readonly #range: PortRange;
  readonly #pool: NumberPool;

  constructor(range: PortRange) {
    this.#range = range;
    const count = range.last - range.first + 1;
    this.#pool = new NumberPool(count, reservedOf(count, 32, 128));
  }

  /** What is wrong with taking this port, in upstream's words; undefined: it is taken now. */
  take(port: number): string | undefined {
    const { first, last } = this.#range;
    if (port < first || port > last) {
      return `provided port is not in the valid range. The range of valid ports is ${first}-${last}`;
    }
    return this.#pool.take(port - first) ? undefined : "provided port is already allocated";
  }

  takeAny(): number | undefined {
    const offset = this.#pool.takeAny();
    return offset === undefined ? undefined : this.#range.first + offset;
  }

  release(port: number): void {
    this.#pool.release(port - this.#range.first);
  }
}
