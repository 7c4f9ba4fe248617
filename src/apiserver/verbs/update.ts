import type { ApiAnswer, ApiRequest } from "../api-request.ts";
import { decodeObject } from "../decode.ts";
import { updateObject } from "../object-update.ts";
import type { ServerContext } from "../server-context.ts";
import { updateRules } from "../update-rules.ts";
import { writeRequest } from "../write-request.ts";

/** Replaces an object. An update that names no version is repeated until it wins. */
const MAX_ATTEMPTS = 100;

export function update(context: ServerContext, request: ApiRequest): Promise<ApiAnswer> {
  const write = writeRequest(request, "UpdateOptions");
  const decode = () => decodeObject(request.body, request.resource, write);
  return updateObject(context, write, {
    ...updateRules(write),
    next: decode,
    create: request.resource.kind.strategy.allowsCreateOnUpdate ? decode : undefined,
    attempts: MAX_ATTEMPTS,
  });
}
