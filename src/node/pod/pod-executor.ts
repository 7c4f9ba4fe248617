import { rm } from "node:fs/promises";

import type { EventRecorder } from "../../client/event-recorder.ts";
import type { Clock } from "../../lib/time/clock.ts";
import { type ContainerKiller, containerOf, killGraceSeconds } from "../container/container-killer.ts";
import type { ContainerStarter } from "../container/container-starter.ts";
import { raisedBackoff, VOLUME_MOUNT } from "../container/failure-backoff.ts";
import { terminationMessage } from "../container/termination-message.ts";
import type { PodAddresses } from "../ipam.ts";
import type { NodeFacts } from "../node-facts.ts";
import type { ReferencedObjects } from "../referenced-objects.ts";
import { type ContainerUpdate, resizeText } from "../resize/pod-resize.ts";
import { refuseBelowUse } from "../resize/refuse-below-use.ts";
import type { RuntimeClasses } from "../runtime-classes.ts";
import { engineText } from "../runtime/runtime-error.ts";
import type { ContainerRecord, ContainerRuntime } from "../runtime/runtime.ts";
import { VolumeError } from "../volumes/volume.ts";
import type { PodAction } from "./pod-action.ts";
import { writePodFiles } from "./pod-files.ts";
import { kernelHostname } from "./pod-hostname.ts";
import type { PodLedger } from "./pod-ledger.ts";
import { isSidecar, usableSandbox } from "./pod-state.ts";
import { podReference } from "./pod-text.ts";
import type { ClusterDns } from "./resolv-conf.ts";

export interface PodExecutorOptions {
  readonly runtime: ContainerRuntime;
  readonly starter: ContainerStarter;
  readonly killer: ContainerKiller;
  readonly addresses: PodAddresses;
  readonly objects: ReferencedObjects;
  readonly events: EventRecorder;
  readonly facts: NodeFacts;
  readonly runtimeClasses: RuntimeClasses;
  readonly dns: ClusterDns;
  readonly clock: Clock;
}

const SANDBOX_RETRY_MS = 10_000;
const RESIZE_RETRY_MS = 10_000;

/** Performs what `podPlan` decides, and writes down in the pod's state what came of it. */
export class PodExecutor {
  readonly #options: PodExecutorOptions;

  constructor(options: PodExecutorOptions) {
    this.#options = options;
  }

  async perform(action: PodAction, ledger: PodLedger, signal: AbortSignal): Promise<void> {
    const { runtime, starter } = this.#options;
    switch (action.do) {
      case "mountVolumes":
        return this.#mountVolumes(ledger, signal);
      case "runSandbox":
        return this.#runSandbox(ledger, action.attempt);
      case "removeSandbox":
        await runtime.removeSandbox(action.sandboxId);
        return ledger.dropSandbox(action.sandboxId);
      case "removeContainer":
        return this.#removeContainer(ledger, action.containerId);
      case "startContainer": {
        const sandbox = usableSandbox(ledger.state);
        if (sandbox) await starter.start(ledger, action.container, sandbox.id, signal);
        return;
      }
      case "killContainer": {
        const graceSeconds = killGraceSeconds(ledger.state.pod, action.name, action.kill);
        return this.#kill(ledger, action.containerId, { graceSeconds, message: action.kill.message }, signal);
      }
      case "resizeContainers":
        return this.#resize(ledger, action.updates);
      case "stopPod":
        return this.#stopPod(ledger, action.containerIds, action.graceSeconds, signal);
    }
  }

  /** Looks at a container again and takes over what it has become. */
  async refresh(ledger: PodLedger, containerId: string): Promise<void> {
    const record = await this.#options.runtime.inspectContainer(containerId);
    if (record) ledger.putContainer(record, await this.lastWords(ledger, record));
    else ledger.dropContainer(containerId);
  }

  async lastWords(ledger: Pick<PodLedger, "state" | "directory">, record: ContainerRecord): Promise<string> {
    const path = ledger.directory.terminationLog(record.name, record.restartCount);
    return terminationMessage(this.#options.runtime, record, containerOf(ledger.state.pod, record.name), path);
  }

  async #mountVolumes(ledger: PodLedger, signal: AbortSignal): Promise<void> {
    const { objects, events, clock } = this.#options;
    const { pod } = ledger.state;
    await objects.follow(pod, signal);
    try {
      await ledger.volumes.setUp();
      ledger.setVolumesReady();
    } catch (error) {
      if (!(error instanceof VolumeError)) throw error;
      const { message } = error;
      events.record(podReference(pod), "Warning", "FailedMount", message);
      const now = clock.now();
      const backoff = raisedBackoff(ledger.mountBackoff, now, now, VOLUME_MOUNT);
      ledger.failMount({ reason: "FailedMount", message, retryAt: now + backoff.delayMs }, backoff);
    }
  }

  async #runSandbox(ledger: PodLedger, attempt: number): Promise<void> {
    const { runtime, events, clock, facts, dns, runtimeClasses } = this.#options;
    const { pod } = ledger.state;
    const { uid = "", name = "", namespace = "" } = pod.metadata;
    const { hostNetwork = false, hostPID: hostPid = false, hostIPC: hostIpc = false } = pod.spec ?? {};
    if (attempt > 0) {
      events.record(
        podReference(pod),
        "Normal",
        "SandboxChanged",
        "Pod sandbox changed, it will be killed and re-created.",
      );
    }
    try {
      if (pod.spec?.hostUsers === false) {
        throw new Error("can't set `spec.hostUsers: false`, runtime does not support user namespaces");
      }
      const handler = await runtimeClasses.handlerOf(pod);
      const ip = hostNetwork ? undefined : this.#address(uid);
      const sysctls = pod.spec?.securityContext?.sysctls ?? [];
      const [record] = await Promise.all([
        runtime.runSandbox({
          pod: { uid, name, namespace },
          attempt,
          hostname: kernelHostname(pod, dns.domain),
          ip,
          hostNetwork,
          handler,
          hostPid,
          hostIpc,
          sysctls: Object.fromEntries(sysctls.map((sysctl) => [sysctl.name.replaceAll("/", "."), sysctl.value])),
          labels: {},
        }),
        writePodFiles(pod, ip ?? facts.hostIp, ledger.directory, dns),
      ]);
      ledger.putSandbox(record);
    } catch (error) {
      const message = `Failed to create pod sandbox: ${engineText(error)}`;
      events.record(podReference(pod), "Warning", "FailedCreatePodSandBox", message);
      const retryAt = clock.now() + SANDBOX_RETRY_MS;
      ledger.failSetup({ reason: "FailedCreatePodSandBox", message, retryAt });
    }
  }

  async #resize(ledger: PodLedger, updates: readonly ContainerUpdate[]): Promise<void> {
    const { runtime, clock } = this.#options;
    try {
      await refuseBelowUse(runtime, updates);
      for (const { containerId, limits } of updates) await runtime.updateLimits(containerId, limits);
    } catch (error) {
      this.#tellResizeError(ledger, engineText(error));
      const progress = ledger.state.resize.progress ?? { generation: ledger.state.pod.metadata.generation ?? 0 };
      const retryAt = clock.now() + RESIZE_RETRY_MS;
      ledger.change({
        resize: { ...ledger.state.resize, progress: { ...progress, error: engineText(error), retryAt } },
      });
    }
    // Even when it failed: some of it may be done.
    for (const { containerId } of updates) await this.refresh(ledger, containerId);
  }

  #tellResizeError({ state: { pod, resize } }: PodLedger, error: string): void {
    if (resize.progress?.error === error) return;
    const { generation = pod.metadata.generation ?? 0 } = resize.progress ?? {};
    const text = resizeText("Pod resize error", pod, generation, error);
    this.#options.events.record(podReference(pod), "Warning", "ResizeError", text);
  }

  async #removeContainer(ledger: PodLedger, id: string): Promise<void> {
    await this.#options.runtime.removeContainer(id);
    const record = ledger.state.containers.find((one) => one.id === id);
    if (record) await rm(ledger.directory.terminationLog(record.name, record.restartCount), { force: true });
    ledger.dropContainer(id);
  }

  #address(uid: string): string {
    const address = this.#options.addresses.allocate(uid);
    if (address === undefined) throw new Error("no pod address is left in the node's range");
    return address;
  }

  /** All at once, but sidecars after the containers they serve, the last one first. */
  async #stopPod(ledger: PodLedger, ids: readonly string[], graceSeconds: number, signal: AbortSignal) {
    const { pod } = ledger.state;
    const sidecars = (pod.spec?.initContainers ?? []).filter(isSidecar).map(({ name }) => name);
    const records = ledger.state.containers.filter(({ id }) => ids.includes(id));
    const rankOf = ({ name }: ContainerRecord): number => sidecars.length - 1 - sidecars.indexOf(name);
    const apps = records.filter(({ name }) => !sidecars.includes(name));
    let earlier = apps.map(({ id }) => this.#kill(ledger, id, { graceSeconds, message: "" }, signal));
    for (const { id } of records
      .filter(({ name }) => sidecars.includes(name))
      .toSorted((a, b) => rankOf(a) - rankOf(b))) {
      const turn = Promise.allSettled(earlier);
      earlier = [...earlier, this.#kill(ledger, id, { graceSeconds, message: "", turn }, signal)];
    }
    // All of them, even if one fails: what is still being stopped must not be stopped again beside it.
    const failed = (await Promise.allSettled(earlier)).find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
  }

  async #kill(
    ledger: PodLedger,
    id: string,
    how: { readonly graceSeconds: number; readonly message: string; readonly turn?: Promise<unknown> },
    signal: AbortSignal,
  ): Promise<void> {
    const { pod, containers } = ledger.state;
    const record = containers.find((one) => one.id === id);
    if (!record) return;
    await this.#options.killer.kill({ pod, record, podIp: ledger.downward.podIp, ...how }, signal);
    await this.refresh(ledger, id);
  }
}
