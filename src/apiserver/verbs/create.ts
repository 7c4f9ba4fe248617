import type { ApiAnswer, ApiRequest } from "../api-request.ts";
import { decodeObject } from "../decode.ts";
import { createObject } from "../objects/object-create.ts";
import { writeRequest } from "../objects/write-request.ts";
import type { ServerContext } from "../server-context.ts";

export function create(context: ServerContext, request: ApiRequest): Promise<ApiAnswer> {
  const write = writeRequest(request, "CreateOptions");
  return createObject(context, write, decodeObject(request.body, request.resource, write));
}
