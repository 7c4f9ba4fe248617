import { isApiError } from "../../api/api-error.ts";
import { pods } from "../../api/resources.ts";
import { semanticEqual } from "../../api/semantic-equal.ts";
import type { Pod, PodCondition, PodStatus } from "../../api/types/core-v1.ts";
import type { Client, ResourceClient } from "../../client/client.ts";
import { errorText, type Logger } from "../../lib/logger.ts";
import { Backoff } from "../../lib/time/backoff.ts";
import { type Clock, sleep } from "../../lib/time/clock.ts";
import { foreignConditions } from "./pod-conditions.ts";

export interface PodStatusWriterOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Logger;
  /** Writing ends with it. */
  readonly signal: AbortSignal;
}

const RETRY = { initialMs: 100, maxMs: 10_000, factor: 2, jitter: 0.2 };

/** Where a pod's status goes. */
export interface PodStatusSink {
  /** Never waits: the write happens in the background. */
  put(pod: Readonly<Pod>, status: PodStatus): void;
  /** Resolves when the latest status was written, or cannot be any more. */
  flushed(): Promise<void>;
}

/**
 * Tells the API what one pod is like. While a write is under way newer statuses replace each other, so the API always
 * gets the latest and never waits for those in between. Conditions of others (readiness gates) are kept: a write is refused
 * when the pod has changed meanwhile, and is then made again on top of that.
 */
export class PodStatusWriter implements PodStatusSink {
  readonly #options: PodStatusWriterOptions;
  readonly #pods: ResourceClient<Pod>;
  /** As the API answered the last write. */
  #latest: Pod | undefined;
  #next: { readonly pod: Readonly<Pod>; readonly status: PodStatus } | undefined;
  #writing: Promise<void> | undefined;

  constructor(options: PodStatusWriterOptions) {
    this.#options = options;
    this.#pods = options.client.resource(pods);
  }

  put(pod: Readonly<Pod>, status: PodStatus): void {
    this.#next = { pod, status };
    this.#writing ??= this.#writeAll();
  }

  async flushed(): Promise<void> {
    while (this.#writing) await this.#writing;
  }

  async #writeAll(): Promise<void> {
    const { clock, log, signal } = this.#options;
    const backoff = new Backoff(RETRY);
    // What is decided in one turn is one write.
    await Promise.resolve();
    try {
      while (this.#next && !signal.aborted) {
        const { pod, status } = this.#next;
        this.#next = undefined;
        try {
          this.#latest = await this.#write(newer(this.#latest, pod), status);
        } catch (error) {
          if (isApiError(error, "NotFound") || signal.aborted) return;
          const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
          log.warn(`Cannot write status of pod ${name}: ${errorText(error)}`);
          this.#next ??= { pod, status };
          await sleep(backoff.next(), { clock, signal }).catch(() => undefined);
        }
      }
    } finally {
      // In the same turn as the last look for more, or a status put in between would wait for the next one.
      this.#writing = undefined;
    }
  }

  async #write(base: Readonly<Pod>, status: PodStatus): Promise<Pod> {
    const wanted = withForeignConditions(status, base);
    if (semanticEqual(wanted, base.status)) return base;
    try {
      return await this.#pods.updateStatus({ ...base, status: wanted });
    } catch (error) {
      if (!isApiError(error, "Conflict")) throw error;
    }
    const { name = "", namespace, uid } = base.metadata;
    const fresh = await this.#pods.get({ name, namespace });
    // Another pod has the name by now.
    if (fresh.metadata.uid !== uid) return base;
    return this.#write(fresh, status);
  }
}

function withForeignConditions(status: PodStatus, { status: current }: Readonly<Pod>): PodStatus {
  const foreign = foreignConditions(current?.conditions);
  const isForeign = new Set(foreignConditions(status.conditions));
  const types = new Set(foreign.map(({ type }) => type));
  // The API server writes it too, when it is the one who ends a pod.
  const isNewReason = ({ type }: PodCondition): boolean => type === "DisruptionTarget" && !types.has(type);
  const own = (status.conditions ?? []).filter((condition) => !isForeign.has(condition) || isNewReason(condition));
  return { ...status, conditions: [...foreign, ...own] };
}

/** Resource versions of one server grow. */
function newer(a: Pod | undefined, b: Readonly<Pod>): Readonly<Pod> {
  return a && versionOf(a) >= versionOf(b) ? a : b;
}

const versionOf = ({ metadata }: Readonly<Pod>): bigint => BigInt(metadata.resourceVersion ?? 0);
