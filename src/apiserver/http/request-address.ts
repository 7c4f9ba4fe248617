import { requestInfo, type RequestInfo } from "../request-info.ts";
import type { HttpRequest } from "./http-request.ts";

/** What the first line of a request says. */
export interface RequestAddress {
  readonly info: RequestInfo;
  readonly query: URLSearchParams;
}

export function requestAddress({ method, url = "/" }: HttpRequest): RequestAddress {
  const end = url.indexOf("?");
  const query = new URLSearchParams(end === -1 ? "" : url.slice(end + 1));
  return { query, info: requestInfo(method ?? "GET", end === -1 ? url : url.slice(0, end), query) };
}
