import type { DownwardContext } from "./downward-values.ts";
import type { FailureBackoff } from "./failure-backoff.ts";
import type { PodDirectory } from "./pod-directory.ts";
import type { PodState, StartFailure } from "./pod-state.ts";
import type { PodVolumes } from "./pod-volumes.ts";
import type { ContainerRecord, SandboxRecord } from "./runtime/runtime.ts";

/** The pod that actions are performed on: what they need to know of it, and where they write down what they did. */
export interface PodSubject {
  readonly state: PodState;
  readonly directory: PodDirectory;
  readonly volumes: PodVolumes;
  /** Good once the pod has its address. */
  readonly downward: DownwardContext;
  /** `lastWords`: the termination message of a container that has ended. */
  putContainer(record: ContainerRecord, lastWords?: string): void;
  dropContainer(id: string): void;
  putSandbox(record: SandboxRecord): void;
  dropSandbox(id: string): void;
  setVolumesReady(): void;
  failSetup(failure: StartFailure): void;
  failStart(container: string, failure: StartFailure): void;
  succeedStart(container: string): void;
  setBackoff(container: string, backoff: FailureBackoff): void;
}
