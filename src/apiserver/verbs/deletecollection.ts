import { isApiError } from "../../api/api-error.ts";
import { mapConcurrently } from "../../lib/map-concurrently.ts";
import type { ApiRequest, ListAnswer } from "../api-request.ts";
import { deleteOptions } from "../objects/delete-options.ts";
import { deleteObject } from "../objects/object-delete.ts";
import { writeRequest } from "../objects/write-request.ts";
import type { ServerContext } from "../server-context.ts";
import { list } from "./list.ts";

const WORKERS = 16;

/** Deletes what a list would show, and answers with that list. Not atomic: after a failure some may be gone. */
export async function deleteCollection(context: ServerContext, request: ApiRequest): Promise<ListAnswer> {
  const options = deleteOptions(request);
  const write = { ...writeRequest(request, "DeleteOptions"), dryRun: options.isDryRun, isCollection: true as const };
  const answer = await list(context, request);
  await mapConcurrently(answer.entries, WORKERS, async (entry) => {
    const { name = "", namespace = "" } = request.resource.storage.read(entry).metadata;
    try {
      await deleteObject(context, { ...write, name, namespace }, options);
    } catch (error) {
      // Somebody else was quicker.
      if (!isApiError(error, "NotFound")) throw error;
    }
  });
  return answer;
}
