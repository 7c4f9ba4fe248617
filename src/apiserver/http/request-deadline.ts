import { apiError, badRequest } from "../../api/api-error.ts";
import { goDurationMs } from "../../lib/go/go-duration.ts";
import type { Clock } from "../../lib/time/clock.ts";
import type { ResourceRequestInfo } from "../request-info.ts";

/** Upstream's --request-timeout. */
const LONGEST_MS = 60_000;
/** What takes as long as its client wants (apiserver/pkg/server/filters/longrunning.go, as the API server sets it up). */
const LONG_SUBRESOURCES: ReadonlySet<string> = new Set(["attach", "exec", "proxy", "log", "portforward"]);

/** How long a request may take; undefined: as long as it likes. */
export function requestTimeoutMs(
  { verb, subresource }: ResourceRequestInfo,
  query: URLSearchParams,
): number | undefined {
  if (verb === "watch" || verb === "proxy" || LONG_SUBRESOURCES.has(subresource)) return undefined;
  const asked = query.size === 0 ? null : query.get("timeout");
  if (!asked) return LONGEST_MS;
  const ms = goDurationMs(asked);
  if (ms === undefined) {
    const problem = `time: invalid duration ${JSON.stringify(asked)}`;
    throw badRequest(`invalid timeout specified in the request URL - ${problem}`);
  }
  return ms > 0 && ms < LONGEST_MS ? ms : LONGEST_MS;
}

/** The outcome of `work`, or a Timeout after `timeoutMs`; what becomes of the work then is nobody's concern any more. */
export function beforeDeadline<T>(work: Promise<T>, timeoutMs: number, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimeout(() => reject(requestTimedOut()), timeoutMs);
    work.then(
      (value) => {
        timer.cancel();
        resolve(value);
      },
      (error: unknown) => {
        timer.cancel();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}

const requestTimedOut = (): Error =>
  apiError("Timeout", "Timeout: request did not complete within the allotted timeout", {});
