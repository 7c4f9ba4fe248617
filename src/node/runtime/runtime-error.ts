import { errorText } from "../../lib/logger.ts";

/** Why a runtime could not do what it was asked. */
export type RuntimeErrorReason =
  /** The container, sandbox or exec session is gone. */
  | "NotFound"
  /** The image is not on this machine, or the registry does not have it. */
  | "ImageNotFound"
  /** The registry refuses the credentials, or wants some. */
  | "PullDenied"
  /** The program could not be started: no such file, not executable, a mount that fails. */
  | "StartFailed"
  /** The container is not in a state that allows it: an exec in one that has ended. */
  | "NotRunning"
  /** Nobody listens on the port asked for. */
  | "ConnectionRefused"
  /** This runtime cannot do it here; the message says what it would need. */
  | "Unsupported"
  /** The engine refused the wanted configuration. */
  | "Invalid"
  /** The engine cannot be reached, or did not answer in time. */
  | "Unavailable"
  /** Anything else the engine said. */
  | "Failed";

/** A failure of the container runtime; the message is the engine's own, without its HTTP dressing. */
export class RuntimeError extends Error {
  readonly reason: RuntimeErrorReason;

  constructor(reason: RuntimeErrorReason, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "RuntimeError";
    this.reason = reason;
  }
}

export function isRuntimeError(error: unknown, reason?: RuntimeErrorReason): error is RuntimeError {
  return error instanceof RuntimeError && (reason === undefined || error.reason === reason);
}

/** What a user is told of a failure: the engine's own words, or for other errors theirs with their causes. */
export function engineText(error: unknown): string {
  return error instanceof RuntimeError ? error.message : errorText(error);
}
