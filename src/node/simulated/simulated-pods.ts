import { isApiError } from "../../api/api-error.ts";
import { pods as podResource } from "../../api/resources.ts";
import type { Pod, PodStatus } from "../../api/types/core-v1.ts";
import type { Client } from "../../client/client.ts";
import { BackgroundTasks } from "../../lib/background.ts";
import type { Logger } from "../../lib/logger.ts";
import type { Clock, Timer } from "../../lib/time/clock.ts";
import type { PodAddresses } from "../ipam.ts";
import { PodStatusWriter } from "../pod/pod-status-writer.ts";
import { podStatus } from "../pod/pod-status.ts";
import { simulatedMoment } from "./simulated-timeline.ts";

export interface SimulatedPodsOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Logger;
  readonly addresses: PodAddresses;
  /** Whether a node of that name is simulated, and switched on. */
  readonly isOn: (node: string) => boolean;
}

/** What has to be kept of a pod while it is not at its end. */
interface Followed {
  readonly writer: PodStatusWriter;
  pod: Readonly<Pod>;
  status: PodStatus | undefined;
  alarm: Timer | undefined;
}

/** No machine has it. */
const HOST_IP = "240.0.0.1";

/** The pods of all simulated nodes. */
export class SimulatedPods implements AsyncDisposable {
  readonly #options: SimulatedPodsOptions;
  readonly #tasks: BackgroundTasks;
  readonly #followed = new Map<string, Followed>();

  constructor(options: SimulatedPodsOptions) {
    this.#options = options;
    this.#tasks = new BackgroundTasks(options.log);
  }

  follow(pod: Readonly<Pod>): void {
    const { uid = "", deletionTimestamp } = pod.metadata;
    if (!this.#options.isOn(pod.spec?.nodeName ?? "")) return;
    if (deletionTimestamp !== undefined) return this.#end(pod);
    if (pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed") return this.forget(pod);
    const known = this.#followed.get(uid) ?? this.#begin(pod);
    known.pod = pod;
    this.#look(known);
  }

  /** It is gone, or will not change any more. */
  forget({ metadata }: Readonly<Pod>): void {
    const { uid = "" } = metadata;
    this.#followed.get(uid)?.alarm?.cancel();
    this.#followed.delete(uid);
    this.#options.addresses.release(uid);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { alarm } of this.#followed.values()) alarm?.cancel();
    await this.#tasks.stop();
  }

  #begin(pod: Readonly<Pod>): Followed {
    const { client, clock, log, addresses } = this.#options;
    const { uid = "" } = pod.metadata;
    if (pod.status?.podIP !== undefined) addresses.adopt(uid, pod.status.podIP);
    const writer = new PodStatusWriter({ client, clock, log, signal: this.#tasks.signal });
    const followed = { writer, pod, status: pod.status, alarm: undefined };
    this.#followed.set(uid, followed);
    return followed;
  }

  #look(followed: Followed): void {
    const { clock, addresses, isOn } = this.#options;
    const { pod } = followed;
    if (this.#tasks.signal.aborted || !isOn(pod.spec?.nodeName ?? "")) return;
    const now = clock.now();
    const ip = addresses.allocate(pod.metadata.uid ?? "") ?? HOST_IP;
    // What was told last may not be in the cache yet.
    const current = followed.status ? { ...pod, status: { ...pod.status, startTime: followed.status.startTime } } : pod;
    const { state, waits, changesAt } = simulatedMoment(current, ip, now);
    const context = {
      hostIp: HOST_IP,
      runtimeName: "simulated",
      supportsRecursiveReadOnly: true,
      waits,
      previous: followed.status,
      now,
    };
    followed.status = podStatus(state, context);
    followed.writer.put(pod, followed.status);
    followed.alarm?.cancel();
    followed.alarm =
      changesAt === undefined ? undefined : clock.setTimeout(() => this.#look(followed), Math.max(changesAt - now, 0));
  }

  /** Nothing runs that would take time to end. */
  #end(pod: Readonly<Pod>): void {
    this.forget(pod);
    const { name = "", namespace, uid } = pod.metadata;
    this.#tasks.run("Deletion of a simulated pod", async () => {
      try {
        await this.#options.client
          .resource(podResource)
          .delete({ name, namespace }, { gracePeriodSeconds: 0, preconditions: { uid } });
      } catch (error) {
        if (!isApiError(error, "NotFound") && !isApiError(error, "Conflict")) throw error;
      }
    });
  }
}
