import type { ApiAnswer, ApiRequest } from "../api-request.ts";
import { deleteOptions } from "../delete-options.ts";
import { deleteObject } from "../object-delete.ts";
import type { ServerContext } from "../server-context.ts";
import { writeRequest } from "../write-request.ts";

export function deleteOne(context: ServerContext, request: ApiRequest): Promise<ApiAnswer> {
  const options = deleteOptions(request);
  return deleteObject(context, { ...writeRequest(request, "DeleteOptions"), dryRun: options.isDryRun }, options);
}
