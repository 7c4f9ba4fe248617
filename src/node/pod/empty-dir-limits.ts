import type { Pod, Volume } from "../../api/types/core-v1.ts";
import { BackgroundTasks } from "../../lib/background.ts";
import { type Clock, sleep } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import { wholeAmount } from "../resource-amounts.ts";
import { diskUsage } from "../volumes/disk-usage.ts";

export interface EmptyDirLimitsOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly pathOf: (volume: string) => string | undefined;
  /** Told once, in the kubelet's words, when a volume has grown beyond its limit. */
  readonly onExceeded: (message: string) => void;
}

/** As often as the kubelet looks (pkg/kubelet/eviction). Nothing but looking tells how full a directory is. */
const LOOK_EVERY_MS = 10_000;

/** Watches over the limits of one pod's emptyDir volumes on disk; those in memory have theirs from the kernel. */
export class EmptyDirLimits implements AsyncDisposable {
  readonly #options: EmptyDirLimitsOptions;
  readonly #tasks: BackgroundTasks;

  constructor(pod: Readonly<Pod>, options: EmptyDirLimitsOptions) {
    this.#options = options;
    this.#tasks = new BackgroundTasks(options.log);
    const limited = (pod.spec?.volumes ?? []).filter(isLimitedOnDisk);
    if (limited.length > 0) this.#tasks.run("Limits of emptyDir volumes", (signal) => this.#watch(limited, signal));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#tasks.stop();
  }

  async #watch(volumes: readonly Volume[], signal: AbortSignal): Promise<void> {
    const { clock, pathOf, onExceeded } = this.#options;
    for (;;) {
      await sleep(LOOK_EVERY_MS, { clock, signal });
      for (const { name, emptyDir } of volumes) {
        const path = pathOf(name);
        if (path === undefined || (await diskUsage(path)) <= wholeAmount(emptyDir?.sizeLimit)) continue;
        return onExceeded(`Usage of EmptyDir volume "${name}" exceeds the limit "${emptyDir?.sizeLimit}". `);
      }
    }
  }
}

function isLimitedOnDisk({ emptyDir }: Volume): boolean {
  return emptyDir?.medium !== "Memory" && wholeAmount(emptyDir?.sizeLimit) > 0;
}
