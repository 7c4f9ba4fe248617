import { apiError, badRequest, qualified } from "../api/api-error.ts";
import { CompactedError, StoreFullError } from "../store/store.ts";
import type { ApiAnswer, ApiRequest } from "./api-request.ts";
import type { Handler, Handlers } from "./handlers.ts";
import { methodNotAllowed } from "./method-not-allowed.ts";
import type { ServerContext } from "./server-context.ts";
import { subresourceHandlers } from "./subresources/subresources.ts";
import { create } from "./verbs/create.ts";
import { deleteOne } from "./verbs/delete.ts";
import { deleteCollection } from "./verbs/deletecollection.ts";
import { get } from "./verbs/get.ts";
import { list } from "./verbs/list.ts";
import { patch } from "./verbs/patch.ts";
import { update } from "./verbs/update.ts";
import { watch } from "./verbs/watch.ts";
import { virtualResources } from "./virtual-resources.ts";

const verbs: Handlers = {
  get,
  list,
  watch,
  create,
  update,
  patch,
  delete: deleteOne,
  deletecollection: deleteCollection,
};

/** Hands an authorized request to its handler. */
export async function dispatch(context: ServerContext, request: ApiRequest): Promise<ApiAnswer> {
  const handler = handlerOf(request);
  if (!handler) throw methodNotAllowed();
  try {
    return await handler(context, request);
  } catch (error) {
    throw refusalOf(error);
  }
}

function handlerOf({ resource: { kind }, verb, subresource }: ApiRequest): Handler | undefined {
  if (subresource === "") {
    const virtual = virtualResources[qualified(kind.type)];
    if (virtual) return virtual[verb];
    return kind.verbs.includes(verb) ? verbs[verb] : undefined;
  }
  if (!kind.subresources.some(({ name }) => name === subresource)) return undefined;
  return subresourceHandlers[subresource]?.[verb];
}

/** What of failures is the client's to know, or its own fault. */
function refusalOf(error: unknown): unknown {
  // How deep the stack reaches depends on what the engine has compiled; only what clients send is nested that deeply.
  if (error instanceof RangeError && error.message.startsWith("Maximum call stack size")) {
    return badRequest("exceeded max depth");
  }
  // A full disk is the one trouble of the store that its clients can wait out.
  if (error instanceof StoreFullError) return apiError("InsufficientStorage", "the disk of the API server is full");
  if (error instanceof CompactedError) {
    return apiError("Expired", "The resourceVersion for the provided list is too old.");
  }
  return error;
}
