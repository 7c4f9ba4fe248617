import { FieldErrors } from "../../api/field-errors.ts";
import { schemaOf } from "../../api/kind-schema.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import { applyPatch } from "../../api/schema/managed-fields/apply-patch.ts";
import { timestamp } from "../../lib/time/clock.ts";
import type { ApiAnswer, ApiRequest } from "../api-request.ts";
import { decodeApplied } from "../decode.ts";
import { hasStatus } from "../objects/field-tracking.ts";
import { updateObject } from "../objects/object-update.ts";
import type { RulesOf } from "../objects/update-rules.ts";
import { invalidOptions, writeRequest } from "../objects/write-request.ts";
import { isTrue } from "../request-info.ts";
import type { ServerContext } from "../server-context.ts";

export const APPLY_TYPE = "application/apply-patch+yaml";
const MAX_ATTEMPTS = 5;

export const isApply = ({ body }: ApiRequest): boolean =>
  body.form !== "none" && body.contentType.startsWith(APPLY_TYPE);

/** Server-side apply: the client says what it wants, and the server keeps account of who wants what. */
export function applyObject(context: ServerContext, request: ApiRequest, rulesOf: RulesOf): Promise<ApiAnswer> {
  const write = { ...writeRequest(request, "PatchOptions"), isApply: true };
  const { query, resource } = request;
  if (!query.get("fieldManager")) throw managerRequired();
  const patch = decodeApplied(request.body, write);
  const { kind } = resource;
  const applied = (live: Readonly<KubeObject> | undefined): KubeObject => {
    // The definition is that of the kind.
    const draft = applyPatch({
      schema: schemaOf(kind),
      type: kind.type,
      live,
      patch,
      manager: write.fieldManager,
      force: isTrue(query.get("force")),
      subresource: write.subresource,
      hasStatusSubresource: hasStatus(kind),
      now: timestamp(context.clock.now()),
    }) as unknown as KubeObject;
    kind.defaults?.(draft);
    return draft;
  };
  return updateObject(context, write, {
    ...rulesOf(write),
    attempts: MAX_ATTEMPTS,
    next: applied,
    create: write.subresource === "" ? () => applied(undefined) : undefined,
  });
}

function managerRequired(): Error {
  const errors = new FieldErrors();
  errors.required("fieldManager", "is required for apply patch");
  return invalidOptions("PatchOptions", errors);
}
