import type { HttpRequestParts } from "../api-request.ts";
import type { HttpRequest } from "./http-request.ts";

/** A request as another server is to get it. */
export const sentOn = (request: HttpRequest): HttpRequestParts => ({
  method: request.method ?? "GET",
  url: request.url ?? "/",
  headers: request.headers,
  body: request.method === "GET" || request.method === "HEAD" ? undefined : request,
});
