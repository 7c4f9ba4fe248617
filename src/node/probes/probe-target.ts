import type { Container } from "../../api/types/core-v1.ts";
import type { PodDialer } from "../pod-dialer.ts";
import type { ContainerRuntime } from "../runtime/runtime.ts";

/** What a probe is run against, and through what. */
export interface ProbeTarget {
  readonly container: Container;
  readonly containerId: string;
  readonly podIp: string;
  readonly runtime: ContainerRuntime;
  readonly dialer: PodDialer;
}
