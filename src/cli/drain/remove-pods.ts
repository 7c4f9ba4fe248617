import { ApiError, isApiError } from "../../api/api-error.ts";
import { pods as podType } from "../../api/resources.ts";
import type { Pod } from "../../api/types/core-v1.ts";
import type { HttpsTransport } from "../../client/https-transport.ts";
import { goDuration } from "../../lib/go/go-duration.ts";
import { sleep } from "../../lib/time/clock.ts";
import { UserError } from "../../lib/user-error.ts";
import type { CliContext } from "../context.ts";
import { waitForDeletion } from "../delete/wait-for-deletion.ts";
import type { ResourceMapping } from "../discovery/resource-mapping.ts";
import { messageOf } from "../error-message.ts";
import { type ApiObject, metadataOf, textIn } from "../objects/api-object.ts";
import { requestResource } from "../objects/resource-requests.ts";
import type { DryRun } from "../objects/write-options.ts";
import { namePrinter } from "../printers/object-printer.ts";

export interface RemovalOptions {
  readonly mapping: ResourceMapping;
  /** Negative leaves it to the pod. */
  readonly gracePeriodSeconds: number;
  /** 0 waits as long as it takes. */
  readonly timeoutMs: number;
  readonly skipsAfterSeconds: number;
  readonly dryRun: DryRun;
  /** Delete even where a PodDisruptionBudget objects. */
  readonly evicts: boolean;
}

const EVICTION_RETRY_MS = 5000;

/** Evicts or deletes the pods and waits until they are gone. Throws what went wrong with any of them. */
export async function removePods(
  transport: HttpsTransport,
  pods: readonly Pod[],
  options: RemovalOptions,
  context: CliContext,
): Promise<void> {
  if (pods.length === 0) return;
  const expired = new AbortController();
  using _ = options.timeoutMs > 0 ? context.clock.setTimeout(() => expired.abort(), options.timeoutMs) : undefined;
  const removal = new Removal(transport, options, context, expired.signal);
  if (!options.evicts) return await removal.deleteAll(pods);
  const results = await Promise.allSettled(pods.map(async (pod) => await removal.evict(pod)));
  const errors = results.flatMap((result): unknown[] => (result.status === "rejected" ? [result.reason] : []));
  if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateError(errors);
}

class Removal {
  readonly #transport: HttpsTransport;
  readonly #options: RemovalOptions;
  readonly #context: CliContext;
  readonly #expired: AbortSignal;
  readonly #signal: AbortSignal;

  constructor(transport: HttpsTransport, options: RemovalOptions, context: CliContext, expired: AbortSignal) {
    this.#transport = transport;
    this.#options = options;
    this.#context = context;
    this.#expired = expired;
    this.#signal = AbortSignal.any([context.signal, expired]);
  }

  async deleteAll(pods: readonly Pod[]): Promise<void> {
    for (const pod of pods) {
      // oxlint-disable-next-line no-await-in-loop -- the first that cannot be deleted ends it
      await this.#delete(pod);
    }
    for (const pod of pods) {
      // oxlint-disable-next-line no-await-in-loop -- they leave at the same time anyway
      await this.#waitUntilGone(pod, "deleted");
    }
  }

  /** Asks until the budget allows it: a refusal for now is no failure. */
  async evict(pod: Pod): Promise<void> {
    const { namespace = "", name = "" } = pod.metadata;
    const of = `pods/${JSON.stringify(name)} -n ${JSON.stringify(namespace)}`;
    for (;;) {
      const dryRun = this.#options.dryRun === "server" ? " (server dry run)" : "";
      this.#context.stdout.write(`evicting pod ${namespace}/${name}${dryRun}\n`);
      if (this.#expired.aborted)
        throw new UserError(
          `error when evicting ${of}: global timeout reached: ${goDuration(this.#options.timeoutMs)}`,
        );
      // oxlint-disable-next-line no-await-in-loop -- asked again after a refusal
      const refusal = await this.#askForEviction(pod);
      if (refusal === "gone") return;
      if (refusal === undefined) break;
      const isRetried = refusal.reason === "TooManyRequests" || isOfTerminatingNamespace(refusal);
      if (!isRetried) throw new UserError(`error when evicting ${of}: ${refusal.message}`);
      const about = isOfTerminatingNamespace(refusal)
        ? `pod ${JSON.stringify(name)} from terminating namespace ${JSON.stringify(namespace)}`
        : of;
      this.#context.stderr.write(`error when evicting ${about} (will retry after 5s): ${refusal.message}\n`);
      // oxlint-disable-next-line no-await-in-loop -- the pause before the next attempt
      await sleep(EVICTION_RETRY_MS, { clock: this.#context.clock, signal: this.#context.signal });
    }
    if (this.#options.dryRun === "server") return;
    try {
      await this.#waitUntilGone(pod, "evicted");
    } catch (error) {
      throw new UserError(
        `error when waiting for pod ${JSON.stringify(name)} in namespace ${JSON.stringify(namespace)} to terminate: ${plainMessage(error)}`,
      );
    }
  }

  async #askForEviction(pod: Pod): Promise<ApiError | "gone" | undefined> {
    const { namespace = "", name = "" } = pod.metadata;
    const { mapping } = this.#options;
    const body = {
      apiVersion: "policy/v1",
      kind: "Eviction",
      metadata: { name, namespace },
      deleteOptions: this.#deleteOptions(),
    };
    try {
      await requestResource(
        this.#transport,
        { mapping, namespace, name, subresource: "eviction" },
        { method: "POST", body, signal: this.#signal },
      );
      return undefined;
    } catch (error) {
      if (isApiError(error, "NotFound")) return "gone";
      if (error instanceof ApiError) return error;
      throw error;
    }
  }

  async #delete(pod: Pod): Promise<void> {
    const { namespace = "", name = "" } = pod.metadata;
    const { mapping } = this.#options;
    try {
      await requestResource(
        this.#transport,
        { mapping, namespace, name },
        { method: "DELETE", body: this.#deleteOptions() },
      );
    } catch (error) {
      if (!isApiError(error, "NotFound")) throw error;
    }
  }

  #deleteOptions(): object {
    const { gracePeriodSeconds, dryRun } = this.#options;
    return {
      ...(gracePeriodSeconds < 0 ? {} : { gracePeriodSeconds }),
      ...(dryRun === "server" ? { dryRun: ["All"] } : {}),
    };
  }

  async #waitUntilGone(pod: Pod, operation: "evicted" | "deleted"): Promise<void> {
    const { namespace = "", name = "", uid = "" } = pod.metadata;
    const { mapping, skipsAfterSeconds } = this.#options;
    const skipped = new AbortController();
    using _ =
      skipsAfterSeconds > 0
        ? this.#context.clock.setTimeout(() => skipped.abort(), await this.#untilSkippedMs(pod))
        : undefined;
    const signal = AbortSignal.any([this.#signal, skipped.signal]);
    try {
      await waitForDeletion(this.#transport, { mapping, namespace, name, uid }, { signal });
    } catch (error) {
      if (!signal.aborted) {
        this.#tell(pod, operation === "evicted" ? "eviction failed" : "deletion failed");
        throw error;
      }
    }
    if (this.#expired.aborted) throw new UserError("context deadline exceeded");
    this.#context.signal.throwIfAborted();
    if (skipped.signal.aborted)
      return void this.#context.stdout.write(
        `pod ${JSON.stringify(name)} has DeletionTimestamp older than ${skipsAfterSeconds} seconds, skipping\n`,
      );
    this.#tell(pod, operation);
  }

  async #untilSkippedMs({ metadata: { namespace = "", name = "" } }: Pod): Promise<number> {
    const { mapping, skipsAfterSeconds } = this.#options;
    const { clock } = this.#context;
    const current = await requestResource(this.#transport, { mapping, namespace, name }, { method: "GET" }).catch(
      (error: unknown): ApiObject => {
        if (isApiError(error, "NotFound")) return {};
        throw error;
      },
    );
    const leavesAt = Date.parse(textIn(metadataOf(current), "deletionTimestamp"));
    return Math.max(
      0,
      (Number.isNaN(leavesAt) ? clock.now() : leavesAt) + (skipsAfterSeconds + 1) * 1000 - clock.now(),
    );
  }

  #tell({ metadata }: Pod, operation: string): void {
    const { kind, group, version } = podType;
    const object: ApiObject = {
      kind,
      apiVersion: group === "" ? version : group,
      metadata: { name: metadata.name ?? "" },
    };
    this.#context.stdout.write(namePrinter(operation)(object));
  }
}

const isOfTerminatingNamespace = (error: ApiError): boolean =>
  error.reason === "Forbidden" &&
  (error.status.details?.causes ?? []).some(({ reason }) => reason === "NamespaceTerminating");

export const plainMessage = (error: unknown): string => (error instanceof ApiError ? error.message : messageOf(error));
