import { type DashboardResource, qualifiedName } from "../feeds/resource.ts";
import type { Clock } from "../lib/time/clock.ts";

/** How long what the server has is believed to be what it still has. */
const FRESH_MS = 10_000;

/** What the server has: asked again now and then, because definitions come and go. */
export class Catalog {
  readonly #discover: () => Promise<readonly DashboardResource[]>;
  readonly #clock: Clock;
  #resources: Promise<readonly DashboardResource[]> | undefined;
  #askedAt = 0;

  constructor(discover: () => Promise<readonly DashboardResource[]>, clock: Clock) {
    this.#discover = discover;
    this.#clock = clock;
  }

  /** Those that can be listed. */
  async resources(): Promise<readonly DashboardResource[]> {
    const now = this.#clock.now();
    if (!this.#resources || now - this.#askedAt > FRESH_MS) {
      this.#askedAt = now;
      this.#resources = this.#discover();
      // The next page asks again.
      this.#resources.catch(() => (this.#resources = undefined));
    }
    return (await this.#resources).filter(({ verbs }) => verbs.includes("list"));
  }

  /** By `pods` or `deployments.apps`, as in the addresses of pages. */
  async find(name: string): Promise<DashboardResource | undefined> {
    return (await this.resources()).find((each) => qualifiedName(each) === name);
  }
}
