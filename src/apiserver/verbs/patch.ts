import { apiError, badRequest } from "../../api/api-error.ts";
import { FieldErrors } from "../../api/field-errors.ts";
import { schemaOf } from "../../api/kind-schema.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import type { ObjectSchema } from "../../api/schema/object-schema.ts";
import { patchedObject, readPatch, type ObjectPatch, type PatchType } from "../../api/schema/patch-object.ts";
import type { JsonObject } from "../../lib/json/json-value.ts";
import type { ApiRequest } from "../api-request.ts";
import type { Handler } from "../handlers.ts";
import { updateObject } from "../objects/object-update.ts";
import { objectRules, type RulesOf } from "../objects/update-rules.ts";
import { invalidOptions, writeRequest, type WriteRequest } from "../objects/write-request.ts";
import { APPLY_TYPE, applyObject, isApply } from "./apply.ts";

/** How often a patch is applied anew because somebody else wrote in between (apiserver/pkg/endpoints/handlers/patch.go). */
const MAX_ATTEMPTS = 5;

const PATCH_TYPES: Readonly<Record<string, PatchType>> = {
  "application/json-patch+json": "json",
  "application/merge-patch+json": "merge",
  "application/strategic-merge-patch+json": "strategic",
};

/** Changes a part of an object, of what the rules leave to change. */
export const patchWith =
  (rulesOf: RulesOf): Handler =>
  (context, request) => {
    if (isApply(request)) return applyObject(context, request, rulesOf);
    const schema = schemaOf(request.resource.kind);
    const write = writeRequest(request, "PatchOptions");
    if (request.query.has("force")) throw forceWithoutApply();
    const apply = patchOf(request, write, schema);
    const { kind } = request.resource;
    return updateObject(context, write, {
      ...rulesOf(write),
      attempts: MAX_ATTEMPTS,
      next(current) {
        const draft = apply(current) as KubeObject;
        kind.defaults?.(draft);
        return draft;
      },
    });
  };

export const patch: Handler = patchWith(objectRules);

/** What the patch of a request makes of an object. */
export function patchOf(request: ApiRequest, write: WriteRequest, schema: ObjectSchema): (current: object) => object {
  const body = readBody(request, schema);
  const { fieldValidation, warnings } = write;
  return (current) => {
    // Objects from the store are JSON values.
    const patched = patchedObject(body, current as JsonObject, { schema, fieldValidation });
    warnings.push(...patched.warnings);
    return patched.object;
  };
}

function forceWithoutApply(): Error {
  const errors = new FieldErrors();
  errors.forbidden("force", "may not be specified for non-apply patch");
  return invalidOptions("PatchOptions", errors);
}

function readBody({ body }: ApiRequest, { definition }: ObjectSchema): ObjectPatch {
  if (body.form === "none") throw badRequest("the request has no body");
  const type = PATCH_TYPES[(body.contentType.split(";")[0] ?? "").trim().toLowerCase()];
  // Strategic patches merge by keys that only built-in kinds have.
  const isKnown = (known: PatchType | undefined): boolean => known !== "strategic" || definition !== undefined;
  if (!type || !isKnown(type)) {
    const own = Object.keys(PATCH_TYPES).filter((each) => isKnown(PATCH_TYPES[each]));
    const known = [...own, APPLY_TYPE].join(", ");
    throw apiError(
      "UnsupportedMediaType",
      `the body of the request was in an unknown format - accepted media types include: ${known}`,
    );
  }
  return readPatch(type, body.form === "bytes" ? body.bytes : { value: body.value });
}
