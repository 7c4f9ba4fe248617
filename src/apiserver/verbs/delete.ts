import type { ApiAnswer, ApiRequest } from "../api-request.ts";
import { deleteOptions } from "../objects/delete-options.ts";
import { deleteObject } from "../objects/object-delete.ts";
import { writeRequest } from "../objects/write-request.ts";
import type { ServerContext } from "../server-context.ts";

export function deleteOne(context: ServerContext, request: ApiRequest): Promise<ApiAnswer> {
  const options = deleteOptions(request);
  return deleteObject(context, { ...writeRequest(request, "DeleteOptions"), dryRun: options.isDryRun }, options);
}
