import { Semaphore } from "../../lib/semaphore.ts";
import { type ClusterConfig, writeConfig } from "./config.ts";
import type { DataDirectory } from "./data-directory.ts";

/** The settings of a running cluster: as they are now, and as the next start finds them. */
export class ConfigKeeper {
  readonly #directory: DataDirectory;
  readonly #turns = new Semaphore(1);
  #current: ClusterConfig;

  constructor(directory: DataDirectory, config: ClusterConfig) {
    this.#directory = directory;
    this.#current = config;
  }

  get current(): ClusterConfig {
    return this.#current;
  }

  /** Changes go one after the other, each based on the last. */
  async change(changed: Partial<ClusterConfig>): Promise<void> {
    await this.#turns.run(async () => {
      const next = { ...this.#current, ...changed };
      await writeConfig(this.#directory, next);
      this.#current = next;
    });
  }
}
