import type { Container, Pod } from "../../api/types/core-v1.ts";
import type { EventRecorder } from "../../client/event-recorder.ts";
import { untilAborted } from "../../lib/abort.ts";
import { errorText, type Logger } from "../../lib/logger.ts";
import { type Clock, sleep } from "../../lib/time/clock.ts";
import type { ContainerKill } from "../pod/pod-action.ts";
import { containerReference, podText } from "../pod/pod-text.ts";
import type { ContainerRecord, ContainerRuntime } from "../runtime/runtime.ts";
import type { LifecycleHooks } from "./lifecycle-hooks.ts";

export interface ContainerKillerOptions {
  readonly runtime: ContainerRuntime;
  readonly hooks: LifecycleHooks;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface KillOrder {
  readonly pod: Readonly<Pod>;
  readonly record: ContainerRecord;
  readonly podIp: string;
  readonly graceSeconds: number;
  /** Of the event; empty: the usual words. */
  readonly message: string;
  /** Waited for after preStop, within the grace period: others that must end before. */
  readonly turn?: Promise<unknown> | undefined;
}

/** Kubernetes never stops a container faster: it could not even see the signal. */
const LEAST_GRACE_SECONDS = 2;

/** Stops containers: preStop, the stop signal, and SIGKILL when the grace period is over. */
export class ContainerKiller {
  readonly #options: ContainerKillerOptions;

  constructor(options: ContainerKillerOptions) {
    this.#options = options;
  }

  /** Resolves when the container has ended. Rejects when the signal aborts first, and leaves the container then as it is. */
  async kill(order: KillOrder, signal: AbortSignal): Promise<void> {
    const { runtime, events, clock } = this.#options;
    const { pod, record, graceSeconds } = order;
    const container = containerOf(pod, record.name);
    const message = order.message || `Stopping container ${record.name}`;
    events.record(containerReference(pod, { name: record.name }), "Normal", "Killing", message);
    const deadline = clock.now() + graceSeconds * 1000;
    if (container?.lifecycle?.preStop) await this.#preStop(order, container, deadline, signal);
    if (order.turn) await this.#within(deadline, signal, () => order.turn ?? Promise.resolve());
    const remaining = Math.ceil((deadline - clock.now()) / 1000);
    const stopped = runtime.stopContainer(record.id, {
      graceSeconds: Math.max(remaining, LEAST_GRACE_SECONDS),
      signal: container?.lifecycle?.stopSignal,
    });
    await untilAborted(stopped, signal);
  }

  async #preStop(order: KillOrder, container: Container, deadline: number, signal: AbortSignal): Promise<void> {
    const { hooks, events, log } = this.#options;
    const { pod, record, podIp } = order;
    const hook = container.lifecycle?.preStop ?? {};
    const target = { pod, container, containerId: record.id, podIp };
    await this.#within(deadline, signal, async (until) => {
      try {
        await hooks.run(hook, target, until);
      } catch (error) {
        if (until.aborted) return;
        log.warn(`PreStop hook of ${container.name} in ${podText(pod)} failed: ${errorText(error)}`);
        // Without the reason: it may hold secrets.
        events.record(containerReference(pod, container), "Warning", "FailedPreStopHook", "PreStopHook failed");
      }
    });
  }

  /** Waits for the work, but not beyond the deadline. */
  async #within(deadline: number, signal: AbortSignal, work: (until: AbortSignal) => Promise<unknown>): Promise<void> {
    const { clock } = this.#options;
    const over = new AbortController();
    const until = AbortSignal.any([signal, over.signal]);
    const timeout = sleep(Math.max(deadline - clock.now(), 0), { clock, signal: until }).catch(() => undefined);
    await Promise.race([work(until), timeout]);
    over.abort(new Error("The grace period is over"));
    signal.throwIfAborted();
  }
}

/** The grace period of a kill: a failed probe may have its own. */
export function killGraceSeconds(
  pod: Readonly<Pod>,
  name: string,
  { failedProbe, graceSeconds }: ContainerKill,
): number {
  if (graceSeconds !== undefined) return graceSeconds;
  const container = containerOf(pod, name);
  const probe = failedProbe === "liveness" ? container?.livenessProbe : container?.startupProbe;
  const own = failedProbe === undefined ? undefined : probe?.terminationGracePeriodSeconds;
  return own ?? pod.spec?.terminationGracePeriodSeconds ?? 30;
}

export function containerOf({ spec }: Readonly<Pod>, name: string): Container | undefined {
  return [...(spec?.containers ?? []), ...(spec?.initContainers ?? []), ...(spec?.ephemeralContainers ?? [])].find(
    (container) => container.name === name,
  );
}
