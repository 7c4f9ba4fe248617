import { Readable } from "node:stream";

import type { ApiAnswer, HttpRequestParts } from "../api-request.ts";
import { pathOf } from "../audit/audited-request.ts";
import type { RequestParts } from "../pipeline.ts";
import type { ResourceRequestInfo } from "../request-info.ts";
import type { ServerContext } from "../server-context.ts";
import type { Extension } from "./extensions.ts";
import { serviceUnavailable } from "./service-unavailable.ts";

/** Answers with what the server of the group version answers, whoever asks. */
export async function forwardToExtension(
  { extensionClient }: ServerContext,
  extension: Extension,
  info: ResourceRequestInfo,
  parts: RequestParts,
): Promise<ApiAnswer> {
  if (!extension.isAvailable) throw serviceUnavailable();
  const { user, signal, origin } = parts;
  const request = parts.http ?? inProcessRequest(info, parts);
  return await extensionClient.forward(extension, user, request, { auditId: origin?.id, signal });
}

const METHODS: Readonly<Record<string, string>> = {
  create: "POST",
  update: "PUT",
  patch: "PATCH",
  delete: "DELETE",
  deletecollection: "DELETE",
};

/** What a client of this process would have sent over the network. */
function inProcessRequest(info: ResourceRequestInfo, { query, body, userAgent }: RequestParts): HttpRequestParts {
  const search = query.size > 0 ? `?${query.toString()}` : "";
  const bytes = body.form === "parsed" ? Buffer.from(JSON.stringify(body.value)) : undefined;
  return {
    method: METHODS[info.verb] ?? "GET",
    url: pathOf(info) + search,
    headers: {
      accept: "application/json",
      "user-agent": userAgent,
      ...(body.form === "none" ? {} : { "content-type": body.contentType }),
      ...(bytes ? { "content-length": String(bytes.length) } : {}),
    },
    body: bytes && Readable.from([bytes]),
  };
}
