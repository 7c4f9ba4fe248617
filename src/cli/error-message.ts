import { ApiError } from "../api/api-error.ts";
import { errorText } from "../lib/logger.ts";
import { UserError } from "../lib/user-error.ts";
import type { CliContext } from "./context.ts";

const BUG_EXIT_CODE = 70;

/** Writes one clear message and returns the exit code. A stack is shown only for what nobody expected: a bug. */
export function showError(error: unknown, context: Pick<CliContext, "stderr">): number {
  const write = (line: string): void => void context.stderr.write(`${line}\n`);
  if (error instanceof UserError) {
    write(`error: ${errorText(error.cause === undefined ? error : new Error(error.message))}`);
    if (error.hint !== undefined) write(error.hint);
    return error.exitCode;
  }
  if (error instanceof ApiError) {
    write(apiErrorText(error));
    return 1;
  }
  write(`This is a bug in kube: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return BUG_EXIT_CODE;
}

/** As kubectl prints it (kubectl/pkg/cmd/util/helpers.go): refusals of the server carry their reason. */
export function apiErrorText(error: ApiError): string {
  if (error.reason === "Invalid" && (error.status.details?.causes?.length ?? 0) > 0) return error.message;
  return error.reason === ""
    ? `Error from server: ${error.message}`
    : `Error from server (${error.reason}): ${error.message}`;
}
