import type { KubeObject } from "../../api/resource-type.ts";
import { decodeObject } from "../decode.ts";
import type { Handler } from "../handlers.ts";
import { updateObject } from "../objects/object-update.ts";
import { objectRules, type RulesOf } from "../objects/update-rules.ts";
import { writeRequest } from "../objects/write-request.ts";

/** An update that names no version is repeated until it wins. */
const MAX_ATTEMPTS = 100;

/** Replaces an object, or the part of it that the rules leave to change. */
export const updateWith =
  (rulesOf: RulesOf): Handler =>
  (context, request) => {
    const write = writeRequest(request, "UpdateOptions");
    const decode = (): KubeObject => decodeObject(request.body, request.resource, write);
    const creates = request.subresource === "" && request.resource.kind.strategy.allowsCreateOnUpdate;
    return updateObject(context, write, {
      ...rulesOf(write),
      next: decode,
      create: creates ? decode : undefined,
      attempts: MAX_ATTEMPTS,
    });
  };

export const update: Handler = updateWith(objectRules);
