import type { Container, Pod } from "../../api/types/core-v1.ts";
import type { FailureBackoff } from "../container/failure-backoff.ts";
import type { PodResize } from "../resize/pod-resize.ts";
import type { ContainerRecord, SandboxRecord } from "../runtime/runtime.ts";

/**
 * All that decisions about one pod are made from: what is wanted, what runs, and what was learnt on the way. Immutable: the
 * worker replaces it.
 */
export interface PodState {
  /** With the resources that it was granted, which may not yet be those of its spec. */
  readonly pod: Readonly<Pod>;
  /** Set once the pod may only stop. It never goes back. */
  readonly ending: PodEnding | undefined;
  /** Newest first. */
  readonly sandboxes: readonly SandboxRecord[];
  /** Newest first. */
  readonly containers: readonly ContainerRecord[];
  /** How many sandboxes the pod has had. */
  readonly sandboxAttempts: number;
  readonly areVolumesReady: boolean;
  /** What went wrong when the sandbox or the volumes were last made. */
  readonly setupFailure: StartFailure | undefined;
  /** Why containers did not start, by container name. */
  readonly startFailures: ReadonlyMap<string, StartFailure>;
  /** Crash-loop back-off by container name. */
  readonly backoffs: ReadonlyMap<string, FailureBackoff>;
  /** By container id. */
  readonly probes: ReadonlyMap<string, ProbeResults>;
  /** What ended containers left as their last words, by container id. */
  readonly terminationMessages: ReadonlyMap<string, string>;
  readonly resize: PodResize;
}

/** Why a pod stops. */
export type PodEnding =
  /** Its containers ended and none restarts. */
  | { readonly why: "finished" }
  /** The node gave it up: rejected at admission, past its deadline, evicted; maybe with less time to stop than usual. */
  | {
      readonly why: "failed";
      readonly reason: string;
      readonly message: string;
      readonly graceSeconds?: number;
      /** For the good of the node, not for anything the pod did: who counts failures may leave this one out. */
      readonly isDisruption?: boolean;
    }
  /** It has a deletionTimestamp. */
  | { readonly why: "deleted" }
  /** The API has no such pod any more. */
  | { readonly why: "gone" };

export interface StartFailure {
  /** As containers show it: ErrImagePull, CreateContainerConfigError ... */
  readonly reason: string;
  readonly message: string;
  readonly retryAt: number;
}

export type ProbeOutcome = "success" | "failure" | "unknown";

/** Absent: the container has no such probe, or it did not run yet. */
export interface ProbeResults {
  readonly startup?: ProbeOutcome;
  readonly liveness?: ProbeOutcome;
  readonly readiness?: ProbeOutcome;
}

export type ContainerRole = "init" | "sidecar" | "app" | "ephemeral";

/** A container that lives beside the others though it is listed among the init containers. */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === "Always";
}

/** The latest instance of a container. */
export function latestContainer(state: PodState, name: string): ContainerRecord | undefined {
  return state.containers.find((record) => record.name === name);
}

/** The sandbox that containers may join; undefined: a new one is needed. */
export function usableSandbox(state: PodState): SandboxRecord | undefined {
  const running = state.sandboxes.filter((sandbox) => sandbox.isRunning);
  const [newest] = state.sandboxes;
  return running.length === 1 && newest?.isRunning ? newest : undefined;
}

/** Newest first, as `PodState` wants its containers. */
export function containersNewestFirst(records: readonly ContainerRecord[]): ContainerRecord[] {
  return records.toSorted((a, b) => b.restartCount - a.restartCount || b.createdAt - a.createdAt);
}

/** Newest first, as `PodState` wants its sandboxes. */
export function sandboxesNewestFirst(records: readonly SandboxRecord[]): SandboxRecord[] {
  return records.toSorted((a, b) => b.attempt - a.attempt || b.createdAt - a.createdAt);
}
