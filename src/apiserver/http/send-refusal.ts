import { internalError, isApiError } from "../../api/api-error.ts";
import type { Logger } from "../../lib/logger.ts";
import { TooManyRequests } from "../flow-control/flow-control.ts";
import { NoSuchPath } from "../pipeline.ts";
import { TextRefusal } from "../text-refusal.ts";
import type { HttpRequest, HttpResponse } from "./http-request.ts";
import { ClientGone } from "./read-body.ts";
import { sendBytes } from "./send-bytes.ts";

/** What Go's servers say of paths they do not know. */
export const PAGE_NOT_FOUND = "404 page not found\n";

/** As Go's servers send texts, so that no browser takes them for pages. */
const TEXT_HEADERS = { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" };

/** Tells a client why its request failed. What is no ApiError is a bug: it is logged. */
export function sendRefusal(request: HttpRequest, response: HttpResponse, error: unknown, log: Logger): void {
  // What was not read of the body must not keep the connection from its next request.
  if (!request.readableEnded) request.resume();
  // Nobody is there to be told, or the answer has begun.
  if (error instanceof ClientGone || response.headersSent) return;
  if (error instanceof NoSuchPath) {
    sendBytes(request, response, 404, { "content-type": "text/plain; charset=UTF-8" }, Buffer.from(PAGE_NOT_FOUND));
    return;
  }
  if (error instanceof TextRefusal) {
    sendBytes(request, response, error.code, TEXT_HEADERS, Buffer.from(`${error.message}\n`));
    return;
  }
  if (error instanceof TooManyRequests) {
    const headers = { "content-type": "text/plain; charset=utf-8", "retry-after": String(error.retryAfterSeconds) };
    sendBytes(request, response, 429, headers, Buffer.from(`${error.message}\n`));
    return;
  }
  const refusal = isApiError(error) ? error : internalError(String(error));
  if (refusal !== error) log.error("A request failed", { error, path: request.url });
  const { retryAfterSeconds } = refusal.status.details ?? {};
  const headers = {
    "content-type": "application/json",
    ...(retryAfterSeconds ? { "retry-after": String(retryAfterSeconds) } : {}),
  };
  sendBytes(request, response, refusal.code, headers, Buffer.from(JSON.stringify(refusal.status)));
}
