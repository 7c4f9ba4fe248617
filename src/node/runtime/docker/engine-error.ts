import { RuntimeError, type RuntimeErrorReason } from "../runtime-error.ts";

/**
 * What a failed request says, as a RuntimeError. The engine has few status codes and many causes, so its words decide where
 * the code does not.
 */
export function engineError(error: unknown): unknown {
  if (error instanceof RuntimeError || !(error instanceof Error)) return error;
  const status = statusCode(error);
  if (status === undefined) {
    return new RuntimeError("Unavailable", `Docker does not answer: ${error.message}`, error);
  }
  const message = engineMessage(error);
  return new RuntimeError(reasonOf(status, message), message, error);
}

/** The HTTP status of a refusal; undefined when the engine was not reached. */
export function statusCode(error: unknown): number | undefined {
  const cause = error instanceof RuntimeError ? error.cause : error;
  const status = field(cause, "statusCode");
  return typeof status === "number" ? status : undefined;
}

/** The system's error code (`ECONNREFUSED`) of a request that reached no engine. */
export function errorCode(error: unknown): string | undefined {
  const code = field(error, "code");
  if (typeof code === "string") return code;
  return error instanceof Error && error.cause !== undefined ? errorCode(error.cause) : undefined;
}

const START_FAILURES = [
  "OCI runtime create failed",
  "failed to create shim",
  "failed to create task",
  "executable file not found",
  "no such file or directory",
  "permission denied",
  "error while creating mount source path",
];

function reasonOf(status: number, message: string): RuntimeErrorReason {
  const says = (text: string): boolean => message.toLowerCase().includes(text.toLowerCase());
  if (says("No such image") || says("manifest unknown") || (says("manifest for") && says("not found"))) {
    return "ImageNotFound";
  }
  if (says("pull access denied") || says("unauthorized") || says("denied: requested access")) return "PullDenied";
  if (status === 404 && (says("No such container") || says("No such exec") || says("No such network"))) {
    return "NotFound";
  }
  if (says("is not running") || says("is paused") || says("is restarting")) return "NotRunning";
  if (START_FAILURES.some(says)) return "StartFailed";
  if (status === 404) return "NotFound";
  if (status === 400) return "Invalid";
  return "Failed";
}

/** dockerode writes `(HTTP code 404) no such container - No such container: x `; the engine's words are at the end. */
function engineMessage(error: Error): string {
  const json = field(error, "json");
  const message = field(json, "message");
  if (typeof message === "string") return message.trim();
  return error.message.replace(/^\(HTTP code \d+\) .*? - /, "").trim();
}

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
