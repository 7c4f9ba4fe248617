import type { OutgoingHttpHeaders } from "node:http";

import type { HttpResponse } from "./http-request.ts";

/** Sends a whole answer, its body in pieces or in one. */
export function send(
  response: HttpResponse,
  statusCode: number,
  headers: OutgoingHttpHeaders,
  body: readonly Uint8Array[],
): void {
  const [only] = body;
  const bytes = only && body.length === 1 ? only : Buffer.concat(body);
  response.writeHead(statusCode, { ...headers, "content-length": bytes.length });
  response.end(bytes);
}
