import { invalid } from "../../api/api-error.ts";
import { FieldErrors } from "../../api/field-errors.ts";
import type { Kind, StatusSubresource, Subresource } from "../../api/kind.ts";
import { validateMetadataUpdate } from "../../api/meta-validation.ts";
import type { KubeObject } from "../../api/resource-type.ts";
import { semanticEqual } from "../../api/semantic-equal.ts";
import { cloneJson } from "../../lib/json/json-value.ts";
import { hasStatus } from "./field-tracking.ts";
import type { ObjectUpdate } from "./object-update.ts";
import { type ValidateUpdate, validateReplacement } from "./object-validation.ts";
import type { WriteRequest } from "./write-request.ts";

type UpdateRules = Pick<ObjectUpdate, "prepare" | "validate">;

export type RulesOf = (request: WriteRequest) => UpdateRules;

/** An update of the object itself: everything but its status. */
export function objectRules(request: WriteRequest): UpdateRules {
  const { kind } = request.resource;
  const keepsStatus = hasStatus(kind);
  return {
    prepare(draft, current, context) {
      if (keepsStatus) setStatus(draft, (current as Statusful).status);
      kind.strategy.prepareUpdate?.(draft, current, context);
      countGeneration(kind, draft, current);
    },
    validate: (draft, current) => validateReplacement(request, draft, current),
  };
}

/** An update of /status: the status, and what of the metadata the kind allows. */
export function statusRules({ resource: { kind } }: WriteRequest): UpdateRules {
  const subresource = kind.subresources.find(isStatus);
  return {
    prepare(draft, current, context) {
      const { metadata, status } = draft as Statusful;
      replaceWith(draft, current);
      draft.metadata = metadata;
      setStatus(draft, status);
      subresource?.prepareUpdate?.(draft, current, context);
    },
    validate(draft, current) {
      const errors = new FieldErrors();
      validateMetadataUpdate(draft.metadata, current.metadata, errors);
      subresource?.validateUpdate?.(draft, current, errors);
      if (!errors.isEmpty) throw invalid(kind.type, draft.metadata.name ?? "", errors.errors);
    },
  };
}

/**
 * An update of a part of the object that `take` carries over from what the client sent; all else stays as it is.
 * The result is validated as a whole.
 */
export const partRules =
  (take: (kept: KubeObject, sent: Readonly<KubeObject>) => void, validateUpdate?: ValidateUpdate): RulesOf =>
  (request) => ({
    prepare(draft, current) {
      const sent = { ...draft };
      replaceWith(draft, current);
      take(draft, sent);
      countGeneration(request.resource.kind, draft, current);
    },
    validate: (draft, current) => validateReplacement(request, draft, current, validateUpdate),
  });

/** Makes a draft a copy of the current object. */
function replaceWith(draft: KubeObject, current: Readonly<KubeObject>): void {
  const fields: Record<string, unknown> = { ...draft };
  for (const field in fields) delete (draft as unknown as Record<string, unknown>)[field];
  Object.assign(draft, cloneJson(current));
}

type Statusful = KubeObject & { status?: unknown };

function setStatus(draft: Statusful, status: unknown): void {
  if (status === undefined) delete draft.status;
  else draft.status = status;
}

/** The generation counts changes of the desired state, so that status can say how much of it was seen. */
function countGeneration({ strategy }: Kind, draft: KubeObject, current: Readonly<KubeObject>): void {
  if (!strategy.desiredState) return;
  const isSame = semanticEqual(strategy.desiredState(draft), strategy.desiredState(current));
  if (!isSame) draft.metadata.generation = (current.metadata.generation ?? 0) + 1;
}

const isStatus = (subresource: Subresource): subresource is StatusSubresource<KubeObject> =>
  subresource.name === "status";
