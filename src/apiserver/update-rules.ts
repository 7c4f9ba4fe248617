import { invalid } from "../api/api-error.ts";
import { FieldErrors } from "../api/field-errors.ts";
import type { Kind, StatusSubresource, Subresource } from "../api/kind.ts";
import { validateMetadataUpdate } from "../api/meta-validation.ts";
import type { KubeObject } from "../api/resource-type.ts";
import { semanticEqual } from "../api/semantic-equal.ts";
import type { ObjectUpdate } from "./object-update.ts";
import { validateReplacement } from "./object-validation.ts";
import type { WriteRequest } from "./write-request.ts";

type UpdateRules = Pick<ObjectUpdate, "prepare" | "validate">;

/** What an update of the object itself, or of its status, may change. */
export function updateRules(request: WriteRequest): UpdateRules {
  return request.subresource === "status" ? statusRules(request) : objectRules(request);
}

function objectRules(request: WriteRequest): UpdateRules {
  const { kind } = request.resource;
  const hasStatus = statusSubresource(kind) !== undefined;
  return {
    prepare(draft, current) {
      if (hasStatus) setStatus(draft, (current as Statusful).status);
      kind.strategy.prepareUpdate?.(draft, current);
      countGeneration(kind, draft, current);
    },
    validate: (draft, current) => validateReplacement(request, draft, current),
  };
}

function statusRules({ resource: { kind } }: WriteRequest): UpdateRules {
  const subresource = statusSubresource(kind);
  return {
    prepare(draft, current) {
      const { metadata, status } = draft as Statusful;
      const kept = structuredClone(current) as Statusful;
      for (const field of Object.keys(draft)) delete (draft as unknown as Record<string, unknown>)[field];
      Object.assign(draft, kept, { metadata });
      setStatus(draft, status);
      subresource?.prepareUpdate?.(draft, current);
    },
    validate(draft, current) {
      const errors = new FieldErrors();
      validateMetadataUpdate(draft.metadata, current.metadata, errors);
      subresource?.validateUpdate?.(draft, current, errors);
      if (!errors.isEmpty) throw invalid(kind.type, draft.metadata.name ?? "", errors.errors);
    },
  };
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

function statusSubresource(kind: Kind): StatusSubresource<KubeObject> | undefined {
  return kind.subresources.find(isStatus);
}

const isStatus = (subresource: Subresource): subresource is StatusSubresource<KubeObject> =>
  subresource.name === "status";
