import { internalError, isApiError } from "../../api/api-error.ts";
import type { Status } from "../../api/types/meta-v1.ts";
import { errorText } from "../../lib/logger.ts";
import type { ExitStatus } from "../node-connection.ts";

/** How a terminal session ended, as the last thing its client is told: kubectl exits with the code in it. */
export function exitStatus({ exitCode }: ExitStatus): Status {
  if (exitCode === 0) return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success" };
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(exitCode) }] },
  };
}

/** The same for a session that did not come to an end of its own. */
export const failureStatus = (error: unknown): Status =>
  isApiError(error) ? error.status : internalError(errorText(error)).status;
