import Docker from "dockerode";

import type { Clock } from "../../../lib/time/clock.ts";
import { UserError } from "../../../lib/user-error.ts";
import { RuntimeError } from "../runtime-error.ts";
import type { DockerEndpoint } from "./endpoint.ts";
import { engineError, errorCode } from "./engine-error.ts";

/** Long enough for a loaded machine to start a container; an engine that takes longer is stuck. */
const CALL_TIMEOUT_MS = 60_000;

export interface CallOptions {
  /** Ends the call early. */
  readonly signal?: AbortSignal | undefined;
  /** Infinity for calls that last as long as what they wait for. */
  readonly timeoutMs?: number | undefined;
}

/**
 * The way to the engine. Every call goes through `call`, which bounds it in time, ends it when the connection closes, and
 * turns what the engine says into a RuntimeError. No call is made without it.
 */
export class DockerConnection implements Disposable {
  readonly docker: Docker;
  readonly clock: Clock;
  #closed = new AbortController();

  constructor(endpoint: DockerEndpoint, clock: Clock) {
    this.docker = new Docker(dockerodeOptions(endpoint));
    this.clock = clock;
  }

  /** Aborts when the connection closes. */
  get closed(): AbortSignal {
    return this.#closed.signal;
  }

  /**
   * Runs one request. `run` hands its signal to dockerode, so that an abandoned request also leaves no socket behind.
   * A stream that the request returns is its caller's: the signal must not be tied to it once `run` has resolved.
   */
  async call<T>(what: string, run: (signal: AbortSignal) => Promise<T>, options: CallOptions = {}): Promise<T> {
    const { timeoutMs = CALL_TIMEOUT_MS, signal } = options;
    const abort = new AbortController();
    const aborted = Promise.withResolvers<never>();
    const fail = (error: Error): void => {
      aborted.reject(error);
      abort.abort(error);
    };
    const onAbort = (): void => fail(new RuntimeError("Unavailable", `${what} was abandoned`, signal?.reason));
    const onClose = (): void => fail(new RuntimeError("Unavailable", `${what} was abandoned: the runtime is closed`));
    // Without the race a lost answer would hang its caller: dockerode rejects only when its socket notices.
    aborted.promise.catch(() => undefined);
    const timer = Number.isFinite(timeoutMs)
      ? this.clock.setTimeout(() => {
          fail(new RuntimeError("Unavailable", `${what} had no answer from Docker within ${timeoutMs / 1000} s`));
        }, timeoutMs)
      : undefined;
    signal?.addEventListener("abort", onAbort, { once: true });
    this.closed.addEventListener("abort", onClose, { once: true });
    try {
      if (signal?.aborted) onAbort();
      if (this.closed.aborted) onClose();
      if (abort.signal.aborted) return await aborted.promise;
      return await Promise.race([run(abort.signal), aborted.promise]);
    } catch (error) {
      throw engineError(error);
    } finally {
      timer?.cancel();
      signal?.removeEventListener("abort", onAbort);
      this.closed.removeEventListener("abort", onClose);
    }
  }

  [Symbol.dispose](): void {
    this.#closed.abort();
  }
}

/** Fails with what the user can do when no engine answers at `endpoint`. */
export async function checkEngine(connection: DockerConnection, endpoint: DockerEndpoint): Promise<void> {
  const where = endpoint.type === "socket" ? endpoint.path : `${endpoint.host}:${endpoint.port}`;
  try {
    await connection.call("Reaching Docker", () => connection.docker.ping(), {
      timeoutMs: 10_000,
    });
  } catch (cause) {
    if (["EACCES", "EPERM"].includes(errorCode(cause) ?? "")) {
      throw new UserError(`No permission to use Docker at ${where}`, {
        hint: "Add yourself to its group and log in again: sudo usermod -aG docker $USER",
        cause,
      });
    }
    throw new UserError(`Docker does not answer at ${where}`, {
      hint: "Start Docker (sudo systemctl start docker, or Docker Desktop), then try again",
      cause,
    });
  }
}

function dockerodeOptions(endpoint: DockerEndpoint): Docker.DockerOptions {
  if (endpoint.type === "socket") return { socketPath: endpoint.path };
  const { host, port, tls } = endpoint;
  return { host, port, protocol: tls ? "https" : "http", ...tls };
}
