import { inOneWrite, type HttpRequest, type HttpResponse } from "./http-request.ts";

/** Sends a whole answer at once. */
export function sendBytes(
  request: HttpRequest,
  response: HttpResponse,
  statusCode: number,
  headers: Readonly<Record<string, string>>,
  bytes: Uint8Array,
): void {
  // The client may have gone while its request was served, or been told that it took too long.
  if (response.destroyed || response.headersSent) return;
  inOneWrite(request, () => {
    response.writeHead(statusCode, { ...headers, "content-length": bytes.length });
    response.end(bytes);
  });
}
