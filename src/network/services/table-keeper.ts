import { errorText, type Logger } from "../../lib/logger.ts";
import type { Clock, Timer } from "../../lib/time/clock.ts";
import type { NftablesTable } from "./nftables.ts";

/**
 * Firewalls and people flush whole rulesets, and our table with them. An update that fails notices at once; for a table that nobody updates
 * there is this look every ten seconds. A process that listens (`nft monitor`) would tell at once, but costs more memory than it is worth.
 */
const LOOK_MS = 10_000;

export interface TableKeeperOptions {
  readonly table: NftablesTable;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Puts the table back when somebody else removed it. */
export class TableKeeper implements AsyncDisposable {
  readonly #options: TableKeeperOptions;
  #timer: Timer | undefined;
  #running: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(options: TableKeeperOptions) {
    this.#options = options;
    this.#arm();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#running;
  }

  #arm(): void {
    if (this.#isStopped) return;
    this.#timer = this.#options.clock.setTimeout(() => {
      this.#running = this.#look().finally(() => this.#arm());
    }, LOOK_MS);
  }

  async #look(): Promise<void> {
    const { table, log } = this.#options;
    try {
      if (await table.repair()) log.warn("Somebody removed the cluster's nftables table: it is back");
    } catch (error) {
      log.error(`The nftables table could not be looked after: ${errorText(error)}`);
    }
  }
}
