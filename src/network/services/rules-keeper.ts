import { errorText, type Logger } from "../../lib/logger.ts";
import type { Clock } from "../../lib/time/clock.ts";
import { Repetition } from "../../lib/time/repetition.ts";
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
  readonly #repetition: Repetition;
  readonly #options: RulesKeeperOptions;

  constructor(options: RulesKeeperOptions) {
    this.#options = options;
    this.#repetition = new Repetition(options.clock, LOOK_MS, () => this.#look());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#repetition[Symbol.asyncDispose]();
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
