/**
 * What runs containers. Two implementations pass `runtime.conformance.ts`: docker/ and fake-runtime.ts. The agent decides
 * everything (what runs, when it restarts); a runtime only obeys and reports.
 *
 * What fails rejects with a RuntimeError, whose reason says which kind of failure it is (runtime-error.ts).
 *
 * A sandbox holds the network namespace of a pod; containers join it. Both carry their identity in labels, so that an agent
 * that starts later finds what an earlier one left.
 */
export interface ContainerRuntime extends AsyncDisposable {
  readonly name: string;
  version(): Promise<RuntimeVersion>;
  /** Everything of this cluster and node, running or not. */
  list(): Promise<RuntimeState>;
  inspectContainer(id: string): Promise<ContainerRecord | undefined>;
  /** Creates and starts. */
  runSandbox(spec: SandboxSpec): Promise<SandboxRecord>;
  /** Also kills what still runs in it; its containers stay, ended, for their logs. Nothing happens when it is gone. */
  removeSandbox(id: string): Promise<void>;
  createContainer(spec: ContainerSpec): Promise<string>;
  startContainer(id: string): Promise<void>;
  /** Sends the stop signal, waits `graceSeconds`, then kills. Resolves when it has ended. */
  stopContainer(
    id: string,
    options: { readonly graceSeconds: number; readonly signal?: string | undefined },
  ): Promise<void>;
  removeContainer(id: string): Promise<void>;
  updateLimits(id: string, limits: ContainerLimits): Promise<void>;
  /** Undefined when the image is not on this machine. */
  inspectImage(reference: string): Promise<ImageRecord | undefined>;
  listImages(): Promise<readonly ImageSummary[]>;
  pullImage(reference: string, credentials: RegistryCredentials | undefined, signal: AbortSignal): Promise<ImageRecord>;
  /** Puts the files of an image of this machine into a directory, which exists: all of them, or none. */
  extractImage(id: string, directory: string): Promise<void>;
  /** Tells the listener what happens in this cluster and node until the signal aborts. */
  watch(listener: RuntimeListener, signal: AbortSignal): void;
  logs(id: string, options: RuntimeLogOptions, signal: AbortSignal): Promise<ReadableStream<LogChunk>>;
  exec(id: string, options: RuntimeExecOptions): Promise<RuntimeExecSession>;
  attach(
    id: string,
    options: { readonly stdin: boolean; readonly tty: boolean },
    signal: AbortSignal,
  ): Promise<RuntimeStreams>;
  /** Connects to a port inside the network namespace of the pod's running sandbox: its own localhost. */
  portForward(podUid: string, port: number, signal: AbortSignal): Promise<RuntimeConnection>;
  /** What a container has written: its own files and its log. 0 when it is gone. */
  diskUsage(id: string): Promise<number>;
  /** Of everything that runs, sandboxes too; what ended meanwhile is left out. */
  stats(): Promise<readonly ContainerStats[]>;
}

export interface RuntimeListener {
  /** Every start, end and removal. */
  onEvent(event: RuntimeEvent): void;
  /** The engine has gone away; `onGap` follows when it is back. */
  onLost?(): void;
  /** Events may have been lost: what there is must be listed again. */
  onGap(): void;
}

export interface RuntimeVersion {
  /** As node status shows it: `docker://28.2.2`. */
  readonly runtimeVersion: string;
  readonly operatingSystem: string;
  readonly kernelVersion: string;
  readonly architecture: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly cgroupVersion: 1 | 2;
  readonly hasAppArmor: boolean;
  readonly supportsRecursiveReadOnly: boolean;
}

/** Who a container or sandbox belongs to, kept in labels. */
export interface PodIdentity {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
}

export interface SandboxSpec {
  readonly pod: PodIdentity;
  /** How often the pod's sandbox was made before. */
  readonly attempt: number;
  readonly hostname: string;
  /** Undefined with the host's network. */
  readonly ip: string | undefined;
  readonly hostNetwork: boolean;
  readonly hostPid: boolean;
  readonly hostIpc: boolean;
  readonly sysctls: Readonly<Record<string, string>>;
  /** One of the engine's runtimes; undefined: its own choice. */
  readonly handler: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

export interface SandboxRecord {
  readonly id: string;
  readonly pod: PodIdentity;
  readonly attempt: number;
  readonly isRunning: boolean;
  readonly ip: string | undefined;
  readonly createdAt: number;
}

export interface ContainerSpec {
  readonly pod: PodIdentity;
  readonly sandboxId: string;
  /** As of the sandbox. */
  readonly handler: string | undefined;
  readonly name: string;
  /** How often this container was started before in this pod. */
  readonly restartCount: number;
  readonly image: string;
  /** Undefined: the image's own. */
  readonly command: readonly string[] | undefined;
  readonly args: readonly string[] | undefined;
  readonly env: readonly (readonly [name: string, value: string])[];
  readonly workingDir: string | undefined;
  readonly mounts: readonly Mount[];
  readonly resources: ContainerResources;
  readonly security: ContainerSecurity;
  readonly stdin: boolean;
  readonly stdinOnce: boolean;
  readonly tty: boolean;
  readonly stopSignal: string | undefined;
  /** Further labels: what the agent wants to find again (a hash of the wanted container). */
  readonly labels: Readonly<Record<string, string>>;
}

export interface Mount {
  /** Must exist: no runtime makes it. */
  readonly hostPath: string;
  readonly containerPath: string;
  readonly readOnly: boolean;
  /** What is mounted below it is read-only, too; only where the runtime supports it. */
  readonly isRecursivelyReadOnly?: boolean;
  readonly propagation: "None" | "HostToContainer" | "Bidirectional";
}

/** What can also change while a container runs. */
export interface ContainerLimits {
  readonly cpuShares: number | undefined;
  /** Microseconds of CPU in each 100 ms. */
  readonly cpuQuota: number | undefined;
  readonly memoryLimitBytes: number | undefined;
}

export interface ContainerResources extends ContainerLimits {
  readonly oomScoreAdj: number | undefined;
}

export interface ContainerSecurity {
  /** `uid` or `uid:gid`; undefined: the image's own. */
  readonly user: string | undefined;
  readonly supplementalGroups: readonly number[];
  readonly privileged: boolean;
  readonly readOnlyRootFilesystem: boolean;
  readonly allowPrivilegeEscalation: boolean;
  readonly addCapabilities: readonly string[];
  readonly dropCapabilities: readonly string[];
  /** Shows all of /proc, and lets all of it be written. */
  readonly unmaskedProc: boolean;
  /** The name of an AppArmor profile; undefined: the engine's own, where the host has AppArmor. */
  readonly appArmorProfile: string | undefined;
  readonly seccomp: "RuntimeDefault" | "Unconfined" | { readonly localhostProfile: string };
  /** Joins the process namespace of the sandbox: the pod's shared one, or the host's when the sandbox has `hostPid`. */
  readonly shareProcessNamespace: boolean;
}

export interface ContainerRecord {
  readonly id: string;
  readonly pod: PodIdentity;
  readonly sandboxId: string;
  readonly name: string;
  readonly restartCount: number;
  readonly image: string;
  readonly imageId: string;
  readonly labels: Readonly<Record<string, string>>;
  /** As they are in force now. */
  readonly limits: ContainerLimits;
  /** As whom its first process runs, where that can be seen. */
  readonly user?: ContainerUser | undefined;
  readonly createdAt: number;
  readonly state: ContainerRunState;
}

export interface ContainerUser {
  readonly uid: number;
  readonly gid: number;
  readonly supplementalGroups: readonly number[];
}

export type ContainerRunState =
  | { readonly phase: "created" }
  | { readonly phase: "running"; readonly startedAt: number; readonly pid: number | undefined }
  | {
      readonly phase: "exited";
      readonly startedAt: number;
      readonly finishedAt: number;
      readonly exitCode: number;
      readonly signal: number | undefined;
      readonly oomKilled: boolean;
      /** The engine's own words when the container could not start. */
      readonly error: string | undefined;
    };

export interface RuntimeState {
  readonly sandboxes: readonly SandboxRecord[];
  readonly containers: readonly ContainerRecord[];
}

export interface ImageSummary {
  /** `sha256:...` */
  readonly id: string;
  readonly tags: readonly string[];
  readonly digests: readonly string[];
  readonly sizeBytes: number;
}

export interface ImageRecord extends ImageSummary {
  /** The user the image runs as, in its own words; empty: root. */
  readonly user: string;
}

export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
  readonly serverAddress: string;
}

export type RuntimeEvent = {
  readonly type: "started" | "exited" | "removed";
  readonly id: string;
  readonly pod: PodIdentity;
};

export interface RuntimeLogOptions {
  readonly follow: boolean;
  readonly sinceMs: number | undefined;
  readonly tailLines: number | undefined;
}

/** One line, or a part of a very long one, with the engine's timestamp. */
export interface LogChunk {
  readonly stream: "stdout" | "stderr";
  /** RFC 3339 with nanoseconds. */
  readonly time: string;
  /** With its line end, if it has one. */
  readonly bytes: Uint8Array;
}

export interface RuntimeExecOptions {
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly signal: AbortSignal;
}

export interface RuntimeStreams {
  readonly stdin: WritableStream<Uint8Array> | undefined;
  readonly stdout: ReadableStream<Uint8Array>;
  /** Empty with a tty. */
  readonly stderr: ReadableStream<Uint8Array>;
  resize(size: { readonly width: number; readonly height: number }): Promise<void>;
}

export interface RuntimeExecSession extends RuntimeStreams {
  /** Resolves when the command has ended and its output was read. */
  readonly exitCode: Promise<number>;
}

export interface RuntimeConnection {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}

/** One reading of what a container uses, or a sandbox, which has no name and the network of its pod. */
export interface ContainerStats {
  readonly id: string;
  readonly pod: PodIdentity;
  readonly name: string | undefined;
  /** Since its start. */
  readonly cpuUsageNanoseconds: number;
  readonly memory: MemoryStats;
  readonly network: NetworkStats | undefined;
  readonly processes: number;
  readonly readAt: number;
}

export interface MemoryStats {
  readonly usageBytes: number;
  /** Without the pages of files that the kernel would drop first. */
  readonly workingSetBytes: number;
  readonly rssBytes: number;
  readonly pageFaults: number;
  readonly majorPageFaults: number;
}

export interface NetworkStats {
  readonly receivedBytes: number;
  readonly receiveErrors: number;
  readonly sentBytes: number;
  readonly sendErrors: number;
}
