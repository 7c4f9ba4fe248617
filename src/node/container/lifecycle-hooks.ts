import type { Container, LifecycleHandler, Pod } from "../../api/types/core-v1.ts";
import { type Clock, sleep } from "../../lib/time/clock.ts";
import { httpGetOf, sendHttpGet } from "../http-get.ts";
import type { PodDialer } from "../pod-dialer.ts";
import type { ContainerRuntime } from "../runtime/runtime.ts";
import { execInContainer } from "./container-exec.ts";
import { containerPort } from "./container-port.ts";

export interface LifecycleHooksOptions {
  readonly runtime: ContainerRuntime;
  readonly dialer: PodDialer;
  readonly clock: Clock;
}

export interface HookTarget {
  readonly pod: Readonly<Pod>;
  readonly container: Container;
  readonly containerId: string;
  readonly podIp: string;
}

const MOST_HOOK_OUTPUT = 4096;

/** Runs postStart and preStop. Rejects when a hook fails, and when the signal aborts first. */
export class LifecycleHooks {
  readonly #options: LifecycleHooksOptions;

  constructor(options: LifecycleHooksOptions) {
    this.#options = options;
  }

  async run(handler: LifecycleHandler, target: HookTarget, signal: AbortSignal): Promise<void> {
    const { runtime, dialer, clock } = this.#options;
    const { container, containerId, podIp } = target;
    if (handler.exec) {
      const command = handler.exec.command ?? [];
      const outcome = await execInContainer(runtime, containerId, command, {
        signal,
        maxOutputBytes: MOST_HOOK_OUTPUT,
      });
      if (outcome.exitCode === 0) return;
      throw new Error(`command "${command.join(" ")}" exited with ${outcome.exitCode}: ${outcome.output}`);
    }
    if (handler.httpGet) {
      // Any answer will do: Kubernetes looks at the connection only (pkg/kubelet/lifecycle/handlers.go).
      await sendHttpGet(httpGetOf(handler.httpGet, container, podIp, "lifecycle"), dialer, signal);
    } else if (handler.tcpSocket) {
      const { host, port } = handler.tcpSocket;
      (await dialer.dial(host || podIp, containerPort(port, container), signal)).destroy();
    } else if (handler.sleep) await sleep(handler.sleep.seconds * 1000, { clock, signal });
  }
}
