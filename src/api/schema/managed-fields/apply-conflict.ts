import { ApiError } from "../../api-error.ts";
import type { FieldSet } from "./field-set.ts";
import { pathsOf } from "./field-set.ts";
import type { Manager } from "./managers.ts";
import { managerKey } from "./managers.ts";
import { pathText } from "./path-element.ts";

/** Fields that an apply would change although another manager owns them. */
export interface Conflict {
  readonly manager: Manager;
  readonly fields: FieldSet;
}

/** The refusal of an apply, which kubectl shows and takes apart. */
export function applyConflict(conflicts: readonly Conflict[]): ApiError {
  const found = conflicts
    .toSorted((a, b) => (managerKey(a.manager) < managerKey(b.manager) ? -1 : 1))
    .flatMap(({ manager, fields }) => pathsOf(fields).map((path) => ({ manager, field: pathText(path) })));
  const causes = found.map(({ manager, field }) => ({
    reason: "FieldManagerConflict",
    message: `conflict with ${managerText(manager)}`,
    field,
  }));
  return new ApiError({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: conflictText(found),
    reason: "Conflict",
    details: { causes },
    code: 409,
  });
}

function conflictText(found: readonly { readonly manager: Manager; readonly field: string }[]): string {
  const [only] = found;
  if (only && found.length === 1) {
    return `Apply failed with 1 conflict: conflict with ${managerText(only.manager)}: ${only.field}`;
  }
  const lines = [...Map.groupBy(found, ({ manager }) => managerText(manager))].flatMap(([manager, fields]) => [
    `conflicts with ${manager}:`,
    ...fields.map(({ field }) => `- ${field}`),
  ]);
  return `Apply failed with ${found.length} conflicts: ${lines.join("\n")}`;
}

function managerText({ name, operation, apiVersion, subresource }: Manager): string {
  const quoted = JSON.stringify(name) + (subresource === "" ? "" : ` with subresource ${JSON.stringify(subresource)}`);
  return operation === "Update" ? `${quoted} using ${apiVersion}` : quoted;
}
