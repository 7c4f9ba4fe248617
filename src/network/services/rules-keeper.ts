import { errorText, type Logger } from "../../lib/logger.ts";
import type { Clock, Timer } from "../../lib/time/clock.ts";
import type { TrafficRules } from "../traffic-rules.ts";

/**
 * Firewalls and people flush whole rulesets, and ours with them. An update that fails notices at once; for rules that nobody updates there is
 * this look every ten seconds. A process that listens (`nft monitor`) would tell at once, but costs more memory than it is worth.
 */
const LOOK_MS = 10_000;

export interface RulesKeeperOptions {
  readonly rules: Pick<TrafficRules, "mode" | "repair">;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Puts the rules back when somebody else removed them. */
export class RulesKeeper implements AsyncDisposable {
  readonly #options: RulesKeeperOptions;
  #timer: Timer | undefined;
  #running: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(options: RulesKeeperOptions) {
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
    const { rules, log } = this.#options;
    try {
      if (await rules.repair()) log.warn(`Somebody removed the cluster's rules (${rules.mode}): they are back`);
    } catch (error) {
      log.error(`The cluster's rules (${rules.mode}) could not be looked after: ${errorText(error)}`);
    }
  }
}
