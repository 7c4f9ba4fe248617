import type { EventRecorder } from "../client/event-recorder.ts";
import type { Clock } from "../lib/clock.ts";
import { errorText } from "../lib/logger.ts";
import { type ContainerKiller, containerOf, killGraceSeconds } from "./container-killer.ts";
import type { ContainerStarter } from "./container-starter.ts";
import type { PodAddresses } from "./ipam.ts";
import type { NodeFacts } from "./node-facts.ts";
import type { PodAction } from "./pod-action.ts";
import { writePodFiles } from "./pod-files.ts";
import { podHostname } from "./pod-hostname.ts";
import { isSidecar, usableSandbox } from "./pod-state.ts";
import type { PodSubject } from "./pod-subject.ts";
import { podReference } from "./pod-text.ts";
import type { ReferencedObjects } from "./referenced-objects.ts";
import type { ClusterDns } from "./resolv-conf.ts";
import type { ContainerRecord, ContainerRuntime } from "./runtime/runtime.ts";
import { terminationMessage } from "./termination-message.ts";

export interface PodExecutorOptions {
  readonly runtime: ContainerRuntime;
  readonly starter: ContainerStarter;
  readonly killer: ContainerKiller;
  readonly addresses: PodAddresses;
  readonly objects: ReferencedObjects;
  readonly events: EventRecorder;
  readonly facts: NodeFacts;
  readonly dns: ClusterDns;
  readonly clock: Clock;
}

const SANDBOX_RETRY_MS = 10_000;
const VOLUME_RETRY_MS = 2000;

/** Performs what `podPlan` decides, and writes down in the pod's state what came of it. */
export class PodExecutor {
  readonly #options: PodExecutorOptions;

  constructor(options: PodExecutorOptions) {
    this.#options = options;
  }

  async perform(action: PodAction, subject: PodSubject, signal: AbortSignal): Promise<void> {
    const { runtime, starter } = this.#options;
    switch (action.do) {
      case "mountVolumes":
        return this.#mountVolumes(subject, signal);
      case "runSandbox":
        return this.#runSandbox(subject, action.attempt);
      case "removeSandbox":
        await runtime.removeSandbox(action.sandboxId);
        return subject.dropSandbox(action.sandboxId);
      case "removeContainer":
        await runtime.removeContainer(action.containerId);
        return subject.dropContainer(action.containerId);
      case "startContainer": {
        const sandbox = usableSandbox(subject.state);
        if (sandbox) await starter.start(subject, action.container, sandbox.id, signal);
        return;
      }
      case "killContainer": {
        const graceSeconds = killGraceSeconds(subject.state.pod, action.name, action.kill);
        return this.#kill(subject, action.containerId, { graceSeconds, message: action.kill.message }, signal);
      }
      case "stopPod":
        return this.#stopPod(subject, action.containerIds, action.graceSeconds, signal);
    }
  }

  /** Looks at a container again and takes over what it has become. */
  async refresh(subject: PodSubject, containerId: string): Promise<void> {
    const record = await this.#options.runtime.inspectContainer(containerId);
    if (record) subject.putContainer(record, await this.lastWords(subject, record));
    else subject.dropContainer(containerId);
  }

  async lastWords(subject: Pick<PodSubject, "state" | "directory">, record: ContainerRecord): Promise<string> {
    const path = subject.directory.terminationLog(record.name, record.restartCount);
    return terminationMessage(this.#options.runtime, record, containerOf(subject.state.pod, record.name), path);
  }

  async #mountVolumes(subject: PodSubject, signal: AbortSignal): Promise<void> {
    const { objects, events, clock } = this.#options;
    const { pod } = subject.state;
    await objects.follow(pod, signal);
    try {
      await subject.volumes.setUp();
      subject.setVolumesReady();
    } catch (error) {
      const message = errorText(error);
      events.record(podReference(pod), "Warning", "FailedMount", message);
      subject.failSetup({ reason: "FailedMount", message, retryAt: clock.now() + VOLUME_RETRY_MS });
    }
  }

  async #runSandbox(subject: PodSubject, attempt: number): Promise<void> {
    const { runtime, events, clock, facts, dns } = this.#options;
    const { pod } = subject.state;
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
      const ip = hostNetwork ? undefined : this.#address(uid);
      const sysctls = pod.spec?.securityContext?.sysctls ?? [];
      const [record] = await Promise.all([
        runtime.runSandbox({
          pod: { uid, name, namespace },
          attempt,
          hostname: podHostname(pod, dns.domain).hostname,
          ip,
          hostNetwork,
          hostPid,
          hostIpc,
          sysctls: Object.fromEntries(sysctls.map((sysctl) => [sysctl.name.replaceAll("/", "."), sysctl.value])),
          labels: {},
        }),
        writePodFiles(pod, ip ?? facts.hostIp, subject.directory, dns),
      ]);
      subject.putSandbox(record);
    } catch (error) {
      const message = `Failed to create pod sandbox: ${errorText(error)}`;
      events.record(podReference(pod), "Warning", "FailedCreatePodSandBox", message);
      const retryAt = clock.now() + SANDBOX_RETRY_MS;
      subject.failSetup({ reason: "FailedCreatePodSandBox", message, retryAt });
    }
  }

  #address(uid: string): string {
    const address = this.#options.addresses.allocate(uid);
    if (address === undefined) throw new Error("no pod address is left in the node's range");
    return address;
  }

  /** All at once, but sidecars after the containers they serve, the last one first. */
  async #stopPod(subject: PodSubject, ids: readonly string[], graceSeconds: number, signal: AbortSignal) {
    const { pod } = subject.state;
    const sidecars = (pod.spec?.initContainers ?? []).filter(isSidecar).map(({ name }) => name);
    const records = subject.state.containers.filter(({ id }) => ids.includes(id));
    const rankOf = ({ name }: ContainerRecord): number => sidecars.length - 1 - sidecars.indexOf(name);
    const apps = records.filter(({ name }) => !sidecars.includes(name));
    let earlier = apps.map(({ id }) => this.#kill(subject, id, { graceSeconds, message: "" }, signal));
    for (const { id } of records
      .filter(({ name }) => sidecars.includes(name))
      .toSorted((a, b) => rankOf(a) - rankOf(b))) {
      const turn = Promise.allSettled(earlier);
      earlier = [...earlier, this.#kill(subject, id, { graceSeconds, message: "", turn }, signal)];
    }
    await Promise.all(earlier);
  }

  async #kill(
    subject: PodSubject,
    id: string,
    how: { readonly graceSeconds: number; readonly message: string; readonly turn?: Promise<unknown> },
    signal: AbortSignal,
  ): Promise<void> {
    const { pod, containers } = subject.state;
    const record = containers.find((one) => one.id === id);
    if (!record) return;
    await this.#options.killer.kill({ pod, record, podIp: subject.downward.podIp, ...how }, signal);
    await this.refresh(subject, id);
  }
}
