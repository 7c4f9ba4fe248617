import type { Container } from "../../api/types/core-v1.ts";
import type { ContainerUpdate } from "../resize/pod-resize.ts";
import type { ContainerRole } from "./pod-state.ts";

/** One thing to do for a pod: `podPlan` decides on them, `PodExecutor` performs them. */
export type PodAction =
  | { readonly do: "mountVolumes" }
  | { readonly do: "runSandbox"; readonly attempt: number }
  | { readonly do: "removeSandbox"; readonly sandboxId: string }
  | { readonly do: "removeContainer"; readonly containerId: string }
  | { readonly do: "startContainer"; readonly container: Container; readonly role: ContainerRole }
  | { readonly do: "killContainer"; readonly containerId: string; readonly name: string; readonly kill: ContainerKill }
  | { readonly do: "resizeContainers"; readonly updates: readonly ContainerUpdate[] }
  /** Stops everything that runs, all within the same grace period. */
  | { readonly do: "stopPod"; readonly containerIds: readonly string[]; readonly graceSeconds: number };

export interface ContainerKill {
  /** The words of the event. */
  readonly message: string;
  /** Which probe wants it: its own grace period goes before the pod's. */
  readonly failedProbe: "startup" | "liveness" | undefined;
  /** Instead of the pod's. */
  readonly graceSeconds?: number;
}
