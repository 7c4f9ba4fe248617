import type { Pod } from "../api/types/core-v1.ts";

/**
 * What the API server asks of the node a pod runs on: logs, exec, attach, port-forward. The node agent exports something of
 * this shape and the cluster joins the two. Every method throws ApiError for what the caller did wrong (no such container,
 * not running) with the kubelet's wording.
 */
export interface NodeConnection {
  logs(pod: Pod, options: LogOptions, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  exec(pod: Pod, options: ExecOptions, streams: TerminalStreams): Promise<ExitStatus>;
  attach(pod: Pod, options: AttachOptions, streams: TerminalStreams): Promise<ExitStatus>;
  /** Connects to a port inside the pod's network namespace: its own localhost. */
  portForward(pod: Pod, port: number, signal: AbortSignal): Promise<DuplexBytes>;
}

export interface LogOptions {
  readonly container: string;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly sinceSeconds?: number | undefined;
  /** RFC 3339. */
  readonly sinceTime?: string | undefined;
  readonly tailLines?: number | undefined;
  readonly limitBytes?: number | undefined;
  readonly stream?: "All" | "Stdout" | "Stderr" | undefined;
}

export interface AttachOptions {
  readonly container: string;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

interface ExecOptions extends AttachOptions {
  readonly command: readonly string[];
}

/**
 * The client's ends. Writers give back-pressure: the node awaits `ready`/`write` before it reads more, and closes them when
 * all output is written, before the exit status is known.
 */
export interface TerminalStreams {
  readonly stdin: ReadableStream<Uint8Array> | undefined;
  readonly stdout: WritableStream<Uint8Array> | undefined;
  /** Undefined with a tty: the terminal joins both. */
  readonly stderr: WritableStream<Uint8Array> | undefined;
  readonly resizes: ReadableStream<TerminalSize> | undefined;
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
}

export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

export type ExitStatus = { readonly exitCode: number };

export interface DuplexBytes {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}
