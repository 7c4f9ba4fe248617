import { podLimits } from "../../api/pod-resources.ts";
import { formatQuantity, quantityValue } from "../../api/quantity.ts";
import type { Pod, Volume } from "../../api/types/core-v1.ts";
import { BackgroundTasks } from "../../lib/background.ts";
import { errorText, type Logger } from "../../lib/logger.ts";
import { type Clock, sleep } from "../../lib/time/clock.ts";
import { wholeAmount } from "../resource-amounts.ts";
import { diskUsage } from "../volumes/disk-usage.ts";

export interface StorageLimitsOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly pathOf: (volume: string) => string | undefined;
  /** What each container has written, with its log. Asked only for pods that limit it. */
  readonly writtenBy: () => Promise<ReadonlyMap<string, number>>;
  /** Told once, in the kubelet's words, when the pod has grown beyond a limit. */
  readonly onExceeded: (message: string) => void;
}

/** As often as the kubelet looks (pkg/kubelet/eviction). Nothing but looking tells how full a directory is. */
const LOOK_EVERY_MS = 10_000;

/** Watches over what one pod may write: its emptyDir volumes on disk, its containers, and both together. What is in memory is limited by the kernel. */
export class StorageLimits implements AsyncDisposable {
  readonly #options: StorageLimitsOptions;
  readonly #tasks: BackgroundTasks;

  constructor(pod: Readonly<Pod>, options: StorageLimitsOptions) {
    this.#options = options;
    this.#tasks = new BackgroundTasks(options.log);
    if (isLimited(pod)) this.#tasks.run("Limits of a pod's storage", (signal) => this.#watch(pod, signal));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#tasks.stop();
  }

  async #watch(pod: Readonly<Pod>, signal: AbortSignal): Promise<void> {
    const { clock, log, onExceeded } = this.#options;
    for (;;) {
      await sleep(LOOK_EVERY_MS, { clock, signal });
      const message = await this.#excess(pod).catch((error: unknown) => {
        log.warn(`Cannot see how much a pod has written: ${errorText(error)}`);
      });
      if (message !== undefined) return onExceeded(message);
    }
  }

  /** In the kubelet's order and words (pkg/kubelet/eviction/eviction_manager.go). */
  async #excess(pod: Readonly<Pod>): Promise<string | undefined> {
    let total = 0;
    for (const { name, emptyDir } of (pod.spec?.volumes ?? []).filter(isOnDisk)) {
      const path = this.#options.pathOf(name);
      const used = path === undefined ? 0 : await diskUsage(path);
      total += used;
      const limit = wholeAmount(emptyDir?.sizeLimit);
      if (limit > 0 && used > limit) {
        return `Usage of EmptyDir volume "${name}" exceeds the limit "${emptyDir?.sizeLimit}". `;
      }
    }
    const limits = new Map(
      (pod.spec?.containers ?? []).map(({ name, resources }) => [name, resources?.limits?.[RESOURCE]]),
    );
    const podLimit = podLimits(pod)[RESOURCE];
    if (!podLimit) return undefined;
    const written = await this.#options.writtenBy();
    total += [...written.values()].reduce((sum, bytes) => sum + bytes, 0);
    if (total > Number(quantityValue(podLimit))) {
      return `Pod ephemeral local storage usage exceeds the total limit of containers ${formatQuantity(podLimit)}. `;
    }
    const over = [...written].find(([name, bytes]) => {
      const limit = wholeAmount(limits.get(name));
      return limit > 0 && bytes > limit;
    });
    return over && `Container ${over[0]} exceeded its local ephemeral storage limit "${limits.get(over[0])}". `;
  }
}

const RESOURCE = "ephemeral-storage";

const isLimited = (pod: Readonly<Pod>): boolean =>
  podLimits(pod)[RESOURCE] !== undefined ||
  (pod.spec?.volumes ?? []).some((volume) => isOnDisk(volume) && wholeAmount(volume.emptyDir?.sizeLimit) > 0);

const isOnDisk = ({ emptyDir }: Volume): boolean => emptyDir !== undefined && emptyDir.medium !== "Memory";
